import type { GesCustomer } from '../../shared/domain/records.ts';
import type { Clock, GesCustomerPatch, GesPlatform, GesQuery, GesWrite } from '../../shared/sync/ports.ts';
import { createFaultPlan, failureOf, savesFirst, type Fault } from './fake-faults.ts';
import { customer } from './fake-records.ts';

const PAGE = 500;

export interface GesEvent {
  readonly change: 'created' | 'updated' | 'deleted';
  readonly origin: 'user' | 'xero-sync' | 'bulk';
  readonly id: string;
  readonly revision: number;
  readonly snapshot: GesCustomer | null;
}
export interface GesCall {
  readonly method: 'listCustomers' | 'patchCustomer';
  readonly query?: GesQuery;
}

/** The customers of one business on the GES platform, in memory: revisions, If-Match, events (contracts §1, §2). */
export interface FakeGes extends GesPlatform {
  readonly calls: readonly GesCall[];
  forgetCalls(): void;
  failNext(method: GesCall['method'], ...faults: readonly Fault[]): void;
  all(): readonly GesCustomer[];
  get(id: string): GesCustomer;
  /** What a person, or a bulk change, does in GES. Raises an event unless `silent` (it happened before we were connected). */
  create(varied: Partial<GesCustomer> & { readonly id: string }, silent?: 'silent'): GesCustomer;
  edit(id: string, change: GesCustomerPatch, origin?: 'user' | 'bulk'): GesCustomer;
  remove(id: string): void;
  /** From now on, until told otherwise, this record is shown in a form that does not fit the contract. */
  garble(id: string, isGarbled?: boolean): void;
}

export function createFakeGes(clock: Clock, raise: (event: GesEvent) => void): FakeGes {
  const customers = new Map<string, GesCustomer>();
  const plan = createFaultPlan();
  const garbled = new Set<string>();
  let calls: GesCall[] = [];

  function change(id: string, patch: GesCustomerPatch, origin: GesEvent['origin']): GesCustomer {
    const present = get(id);
    const next = { ...present, ...patch, revision: present.revision + 1, updatedAt: new Date(clock.now()).toISOString() };
    customers.set(id, next);
    raise({ change: 'updated', origin, id, revision: next.revision, snapshot: next });
    return next;
  }
  function get(id: string): GesCustomer {
    const found = customers.get(id);
    if (found === undefined) throw new RangeError(`no customer ${id}`);
    return found;
  }
  function patched(id: string, revision: number, patch: GesCustomerPatch): GesWrite<GesCustomer> {
    const present = customers.get(id);
    if (present === undefined) return { outcome: 'gone' };
    if (present.revision !== revision) return { outcome: 'conflict', snapshot: present };
    return { outcome: 'written', snapshot: change(id, patch, 'xero-sync') };
  }

  return {
    get calls() {
      return calls;
    },
    forgetCalls: () => void (calls = []),
    failNext: plan.failNext,
    all: () => [...customers.values()],
    get,
    create(varied, silent) {
      const created = customer(varied);
      customers.set(created.id, created);
      if (silent === undefined) raise({ change: 'created', origin: 'user', id: created.id, revision: created.revision, snapshot: created });
      return created;
    },
    edit: (id, patch, origin = 'user') => change(id, patch, origin),
    remove(id) {
      const { revision } = get(id);
      customers.delete(id);
      raise({ change: 'deleted', origin: 'user', id, revision: revision + 1, snapshot: null });
    },

    garble: (id, isGarbled = true) => void (isGarbled ? garbled.add(id) : garbled.delete(id)),

    async listCustomers(_accountId, query) {
      calls.push({ method: 'listCustomers', query });
      const fault = plan.take('listCustomers');
      if (fault !== undefined) throw failureOf(fault);
      const wanted = [...customers.values()].filter(({ id }) => query.ids === undefined || query.ids.includes(id));
      const start = Number(query.cursor ?? 0);
      const end = start + (query.limit ?? PAGE);
      const shown = wanted.slice(start, end);
      return {
        items: shown.filter(({ id }) => !garbled.has(id)),
        nextCursor: end < wanted.length ? String(end) : null,
        unreadable: shown.flatMap(({ id }) => (garbled.has(id) ? [id] : [])),
      };
    },
    async patchCustomer(_accountId, id, revision, patch) {
      calls.push({ method: 'patchCustomer' });
      const fault = plan.take('patchCustomer');
      const answer = savesFirst(fault) ? patched(id, revision, patch) : undefined;
      if (fault !== undefined || answer === undefined) throw failureOf(fault ?? 'lost-answer-before');
      return answer;
    },
  };
}
