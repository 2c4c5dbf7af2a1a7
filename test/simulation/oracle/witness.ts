import type { Transport } from '../../../shared/xero/api-caller.ts';
import type { Surroundings } from '../world/product.ts';
import type { Process } from '../world/process.ts';

/** A write that one process of the product asked the platform for. */
export interface GesWrite {
  /** When the process asked, epoch ms of the world. */
  readonly at: number;
  readonly process: string;
  readonly accountId: string;
  readonly what: string;
}
/** Xero answered a call of one process, and did what was asked. */
export interface Call {
  readonly at: number;
  readonly process: string;
  readonly tenantId: string;
  readonly what: string;
}
/** Something was stored: a step of a record, news removed or put off, an intent. */
export interface Stored {
  readonly at: number;
  readonly process: string;
  readonly accountId: string;
}

interface Written {
  readonly Key?: Readonly<Record<string, unknown>>;
  readonly Item?: Readonly<Record<string, unknown>>;
}

/** Leases, runs, connections, facts, counts and what waits to be told are no progress of a record. */
const NO_PROGRESS = /^(LANE|CONNECTION|TOKEN|STATE|COUNTS|SEEN|RUN#|COUNTED#|FACTS#|CONTACTS#|OUT#)/;

/** Stands at the border between the product and everything else, and writes down what passes: the oracle judges progress and promises by it. */
export class Witness {
  readonly calls: Call[] = [];
  readonly gesWrites: GesWrite[] = [];
  readonly stored: Stored[] = [];
  /** When each account was disconnected by its user, as the table took it. */
  readonly disconnected: { readonly at: number; readonly accountId: string }[] = [];
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  surround(around: Surroundings, process: Process): Surroundings {
    const { table, ges, xero } = around;
    const send = async (command: { readonly constructor: { readonly name: string }; readonly input: object }): Promise<unknown> => {
      const answer = (await table.client.send(command as never)) as unknown;
      this.note(command.input, process.name);
      return answer;
    };
    const witnessed = Object.create(ges, {
      fetchFrom: {
        value: (...from: Parameters<typeof ges.fetchFrom>): typeof globalThis.fetch => {
          const real = ges.fetchFrom(...from);
          return (input, init) => {
            this.noteGesWrite(new URL(input instanceof Request ? input.url : input).pathname, init?.method ?? 'GET', process.name);
            return real(input, init);
          };
        },
      },
    }) as typeof ges;
    const watched = Object.create(xero, {
      transportFrom: {
        value: (...from: Parameters<typeof xero.transportFrom>): Transport => {
          const real = xero.transportFrom(...from);
          return async (config) => {
            const answer = await real(config);
            const tenantId = String(config.headers.get('xero-tenant-id') ?? '');
            const what = `${(config.method ?? 'get').toUpperCase()} ${new URL(config.url ?? '').pathname}`;
            this.calls.push({ at: this.now(), process: process.name, tenantId, what });
            return answer;
          };
        },
      },
    }) as typeof xero;
    return { ...around, xero: watched, ges: witnessed, table: { ...table, client: { send } as unknown as typeof table.client } };
  }

  private note(input: object, process: string): void {
    for (const { Key, Item } of writesOf(input)) {
      const { pk, sk } = Key ?? Item ?? {};
      const [, accountId = ''] = /^ACCT#([^#]+)/.exec(String(pk)) ?? [];
      const at = this.now();
      if (!NO_PROGRESS.test(String(sk))) this.stored.push({ at, process, accountId });
      if (sk === 'CONNECTION' && Item?.['status'] === 'not-connected') this.disconnected.push({ at, accountId });
    }
  }

  private noteGesWrite(path: string, method: string, process: string): void {
    const [, accountId] = /^\/v1\/accounts\/([^/]+)\//.exec(path) ?? [];
    if (method !== 'GET' && accountId !== undefined) this.gesWrites.push({ at: this.now(), process, accountId, what: `${method} ${path}` });
  }
}

/** What a command of the table writes, whole transactions and batches included. */
function writesOf(input: object): readonly Written[] {
  if ('TransactItems' in input)
    return (input.TransactItems as readonly Readonly<Record<string, Written>>[]).flatMap((item) => Object.values(item));
  if ('RequestItems' in input)
    return Object.values(input.RequestItems as Readonly<Record<string, unknown>>).flatMap((requests) =>
      Array.isArray(requests)
        ? requests.flatMap(
            (request: { PutRequest?: Written; DeleteRequest?: Written }) => request.PutRequest ?? request.DeleteRequest ?? [],
          )
        : [],
    );
  const isWrite = 'Item' in input || 'UpdateExpression' in input;
  return isWrite ? [input as Written] : [];
}
