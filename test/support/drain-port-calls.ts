import type { LogLine } from './fake-clock.ts';

/** Methods of the stores that write to the table. */
const TABLE_WRITES = new Set([
  'lanes.ring',
  'lanes.acquire',
  'lanes.renew',
  'lanes.release',
  'lanes.hold',
  'lanes.abandon',
  'lanes.noteRecheck',
  'inbox.put',
  'inbox.remove',
  'inbox.putLater',
  'inbox.removeLater',
  'intents.putIntents',
  'intents.removeIntents',
  'records.commit',
  'counts.addCounts',
  'counts.recount',
  'outbox.sent',
  'facts.putFact',
  'watermarks.moveWatermark',
  'directory.putDirectory',
  'directory.appendDirectory',
  'runs.putRun',
  'runs.countRun',
  'connections.markNeedsReconnect',
  'connections.markSynced',
]);

/** What befalls a process at one of its calls: it is killed (no call of it works ever after), or only this call fails. */
export interface Mishap {
  readonly atCall: number;
  readonly kind: 'killed' | 'hiccup';
  /** Whether the other side had done what was asked when it happened. */
  readonly when: 'before' | 'after';
}

/** Watches every call that a drain makes to what it was handed. */
export interface PortCalls {
  /** The same ports, watched. */
  watched<T extends object>(ports: T): T;
  /** The same ports, only counted among the writes: nothing can befall their user. */
  counted<T extends object>(ports: T): T;
  /** Calls that something can befall: `inbox.take`, `books.createContacts`, … in order. */
  readonly calls: readonly string[];
  /** Writes to the table, ingress included. */
  readonly tableWrites: readonly string[];
  forget(): void;
  /** Lets something befall the process that makes the n-th call from now on, counting from 1. */
  plan(mishap: Mishap): void;
  /** A new process starts: nothing that befell an earlier one concerns it. */
  newProcess(): void;
}

/** Not one of the failures that the sync knows: what a process sees when its world ends. */
class Struck extends Error {
  override readonly name = 'Struck';
  /** By this the AWS SDK marks its own errors: the table, or the whole process, failed, and not one record. */
  readonly $metadata = {};
}

/** Was this logged because of what befell a process, and not because of a fault of ours? */
export function isOfMishap({ ids: { error } }: LogLine): boolean {
  return error === 'Struck' || String(error).startsWith('Struck:');
}

export function createPortCalls(): PortCalls {
  let calls: string[] = [];
  let tableWrites: string[] = [];
  let planned: Mishap | undefined;
  let callsUntil = 0;
  let isDead = false;

  const note = (label: string): void => {
    if (TABLE_WRITES.has(label)) tableWrites.push(label);
  };

  function watchedPort<T extends object>(port: T, name: string, isCountedOnly: boolean): T {
    return new Proxy(port, {
      get(target, property, receiver) {
        const method: unknown = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        const serve = (args: readonly unknown[]) => (method as (...args: readonly unknown[]) => Promise<unknown>).apply(target, [...args]);
        return async (...args: readonly unknown[]): Promise<unknown> => {
          const label = `${name}.${String(property)}`;
          if (isDead && !isCountedOnly) throw new Struck(`dead before ${label}`);
          note(label);
          if (isCountedOnly) return serve(args);
          calls.push(label);
          const mishap = planned !== undefined && --callsUntil === 0 ? planned : undefined;
          if (mishap === undefined) return serve(args);
          planned = undefined;
          if (mishap.when === 'after') await serve(args);
          isDead = mishap.kind === 'killed';
          throw new Struck(`${mishap.kind} ${mishap.when} ${label}`);
        };
      },
    });
  }

  const all = <T extends object>(ports: T, isCountedOnly: boolean): T =>
    Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, watchedPort(port as object, name, isCountedOnly)])) as T;

  return {
    watched: (ports) => all(ports, false),
    counted: (ports) => all(ports, true),
    get calls() {
      return calls;
    },
    get tableWrites() {
      return tableWrites;
    },
    forget() {
      calls = [];
      tableWrites = [];
    },
    plan(mishap) {
      planned = mishap;
      callsUntil = mishap.atCall;
    },
    newProcess: () => void (isDead = false),
  };
}
