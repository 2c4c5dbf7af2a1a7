import type { Exchange } from '../core/exchange.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import type { SandboxState } from '../core/state.ts';
import { keyOf } from '../core/state.ts';

/** A call as the log keeps it; `status` 0 means that the answer was lost. */
export interface LoggedCall {
  at: string;
  method: string;
  path: string;
  query: string;
  tenantId: string;
  status: number;
  idempotencyKey: string | undefined;
}

const LOG_LENGTH = 2_000;
const isXeroCall = (path: string): boolean => path.startsWith('/api.xro/');

/** The last calls, newest last. Counts are kept in the state; this list is only for looking at. */
export class CallLog {
  #calls: LoggedCall[] = [];

  add({ state, request, url, now }: Exchange, answer: SandboxAnswer): void {
    const tenantId = request.headers['xero-tenant-id'] ?? '';
    const status = answer.lost ? 0 : answer.status;
    const { method } = request;
    const path = url.pathname;
    const idempotencyKey = request.headers['idempotency-key'];
    this.#calls.push({ at: new Date(now).toISOString(), method, path, query: url.search, tenantId, status, idempotencyKey });
    if (this.#calls.length > LOG_LENGTH * 2) this.#calls = this.#calls.slice(-LOG_LENGTH);
    const id = keyOf(method, path, tenantId, String(status));
    state.calls.put({ id, method, path, tenantId, status, count: (state.calls.get(id)?.count ?? 0) + 1 });
  }

  recent(): LoggedCall[] {
    return this.#calls.slice(-LOG_LENGTH);
  }

  reset(state: SandboxState): void {
    this.#calls = [];
    for (const row of [...state.calls.values()]) state.calls.delete(row.id);
  }
}

/** Counts by method, path and tenant since the last reset. "Xero calls" are those under /api.xro/; refused ones are calls too. */
export function callCounts(state: SandboxState): object {
  const rows = [...state.calls.values()];
  const total = (chosen: typeof rows): number => chosen.reduce((sum, row) => sum + row.count, 0);
  const xero = rows.filter((row) => isXeroCall(row.path));
  const grouped = new Map<string, { method: string; path: string; tenantId: string; count: number; statuses: Record<string, number> }>();
  for (const { method, path, tenantId, status, count } of rows) {
    const key = keyOf(method, path, tenantId);
    const group = grouped.get(key) ?? { method, path, tenantId, count: 0, statuses: {} };
    group.count += count;
    group.statuses[status] = (group.statuses[status] ?? 0) + count;
    grouped.set(key, group);
  }
  return {
    total: total(rows),
    xeroCalls: total(xero),
    xeroReads: total(xero.filter((row) => row.method === 'GET')),
    xeroWrites: total(xero.filter((row) => row.method !== 'GET')),
    calls: [...grouped.values()],
  };
}
