import type { Base, Link } from '../../shared/domain/link.ts';
import type { EntityType } from '../../shared/domain/records.ts';
import { VersionConflict } from '../../shared/sync/errors.ts';
import type { LinkStore, Run, RunStore, Scope, TimelineEntry } from '../../shared/sync/ports.ts';
import { scopeName } from './memory-inbox-store.ts';
import { frozenCopy } from './store-frozen-copy.ts';

/** What only tests ask: the ports write the timeline, nobody reads it yet. */
export interface TimelineReader {
  /** Entries of one record, in the order they were added. */
  readTimeline(scope: Scope, type: EntityType, gesId: string): Promise<readonly TimelineEntry[]>;
}

interface ScopeState {
  readonly links: Map<string, Link>;
  readonly bases: Map<string, Base>;
  readonly aliases: Map<string, string>;
  readonly timeline: TimelineEntry[];
}

/** Links, bases, aliases and the timeline in memory. */
export function createMemoryLinks(): LinkStore & TimelineReader {
  const scopes = new Map<string, ScopeState>();
  const open = (scope: Scope): ScopeState => {
    const state = scopes.get(scopeName(scope)) ?? { links: new Map(), bases: new Map(), aliases: new Map(), timeline: [] };
    scopes.set(scopeName(scope), state);
    return state;
  };

  return {
    async getLinks(scope, type, gesIds) {
      return pick(open(scope).links, type, gesIds, (link) => link);
    },

    async getBases(scope, type, gesIds) {
      return pick(open(scope).bases, type, gesIds, (base) => base);
    },

    async findAliases(scope, type, xeroIds) {
      return pick(open(scope).aliases, type, xeroIds, (gesId) => gesId);
    },

    async putLink(scope, link) {
      return putVersioned(open(scope).links, name(link.type, link.gesId), link);
    },

    async putBase(scope, type, gesId, base) {
      return putVersioned(open(scope).bases, name(type, gesId), base);
    },

    async putAlias(scope, type, xeroId, gesId) {
      const { aliases } = open(scope);
      const present = aliases.get(name(type, xeroId));
      if (present !== undefined) return present;
      aliases.set(name(type, xeroId), gesId);
      return gesId;
    },

    async addTimeline(scope, entry) {
      open(scope).timeline.push(frozenCopy(entry));
    },

    async readTimeline(scope, type, gesId) {
      return open(scope).timeline.filter((entry) => entry.type === type && entry.gesId === gesId);
    },

    async countByStatus(scope) {
      const counts = { synced: 0, pending: 0, attention: 0 };
      for (const { status, deleted } of open(scope).links.values()) {
        if (deleted === true && status === 'synced') continue;
        if (status === 'synced' || status === 'pending' || status === 'attention') counts[status] += 1;
      }
      return counts;
    },
  };
}

/** Runs in memory. */
export function createMemoryRuns(): RunStore {
  const runs = new Map<string, Run>();
  return {
    async putRun(run) {
      return putVersioned(runs, JSON.stringify([run.accountId, run.runId]), run);
    },
    async readRun(accountId, runId) {
      return runs.get(JSON.stringify([accountId, runId]));
    },
    async activeRuns(accountId) {
      return [...runs.values()]
        .filter((run) => run.accountId === accountId && run.status === 'active')
        .sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.runId.localeCompare(b.runId));
    },
  };
}

/** Stores with version + 1 if the stored version is the given one; throws VersionConflict otherwise. */
export function putVersioned<T extends { readonly version: number }>(stored: Map<string, T>, key: string, value: T): T {
  const present = stored.get(key)?.version ?? 0;
  if (present !== value.version) throw new VersionConflict(`${key} is at version ${String(present)}, not ${String(value.version)}`);
  const next = frozenCopy({ ...value, version: value.version + 1 });
  stored.set(key, next);
  return next;
}

function pick<T, R>(
  stored: ReadonlyMap<string, T>,
  type: EntityType,
  ids: readonly string[],
  view: (value: T) => R,
): ReadonlyMap<string, R> {
  const found = new Map<string, R>();
  for (const id of ids) {
    const value = stored.get(name(type, id));
    if (value !== undefined) found.set(id, view(value));
  }
  return found;
}

function name(type: EntityType, id: string): string {
  return `${type}#${id}`;
}
