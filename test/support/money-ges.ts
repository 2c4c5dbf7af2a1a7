import { generateKeyPairSync } from 'node:crypto';
import { GesCore } from '../../local/ges-simulator/core/core.ts';
import type { GesEvent, Invoice, Payment } from '../../local/ges-simulator/core/records.ts';
import type { Transaction } from '../../local/ges-simulator/core/state.ts';
import { seedDemo } from '../../local/ges-simulator/demo/seed.ts';
import type { GesCustomer } from '../../shared/domain/records.ts';
import type { Clock } from '../../shared/sync/ports.ts';

export const CLIENT = { id: 'ges-xero-sync', secret: 'ges-xero-sync-secret' };
const identity = {
  issuer: 'http://ges',
  signingKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  tokenSecret: 'test secret',
  client: CLIENT,
};

type Json = Readonly<Record<string, unknown>>;

/** The real simulator core in process: the product's client reaches it through `fetch`, a user through the other methods. */
export interface MoneyGes {
  readonly fetch: typeof globalThis.fetch;
  /** Writes of the product so far, e.g. `PATCH /v1/accounts/acct_demo/invoices/inv_1001`. */
  readonly writes: readonly string[];
  readonly reads: readonly string[];
  forgetCalls(): void;
  /** Lets the next call that fits be answered by a status instead, or its answer be lost after it was carried out. */
  trouble(fits: RegExp, what: number | 'lost'): void;
  customer(fields?: Json): GesCustomer;
  changeCustomer(id: string, fields: Json): void;
  readonly deleteCustomer: (id: string) => void;
  readonly customers: () => readonly GesCustomer[];
  invoice(fields: Json): Invoice;
  changeInvoice(id: string, fields: Json): Invoice;
  deleteInvoice(id: string): void;
  pay(invoiceId: string, amount: string, fields?: Json): Payment;
  changePayment(id: string, fields: Json): Payment;
  deletePayment(id: string): void;
  readInvoice(id: string): Invoice;
  invoices(): readonly Invoice[];
  payments(invoiceId?: string): readonly Payment[];
}

/** `onEvent` gets every change event, in order. `firstCustomer`: number in the id of the first customer. */
export function createMoneyGes(clock: Clock, accountId: string, onEvent: (event: GesEvent) => void, firstCustomer?: number): MoneyGes {
  const isDemo = accountId === 'acct_demo';
  const empty = { id: accountId, name: 'Money', cisRatePercent: 20 };
  const seedEmpty = (transaction: Transaction): void => {
    transaction.putAccount(empty);
    const numbering = transaction.numbering();
    if (firstCustomer !== undefined) transaction.putNumbering({ ...numbering, next: { ...numbering.next, customer: firstCustomer } });
  };
  const core = new GesCore({ rows: [], identity, seed: isDemo ? seedDemo : seedEmpty });
  core.start();
  const writes: string[] = [];
  const reads: string[] = [];
  const troubles: { fits: RegExp; what: number | 'lost' }[] = [];

  function handle(method: string, target: string, headers: Readonly<Record<string, string>>, body: string) {
    const url = new URL(target, 'http://ges');
    const request = { method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body };
    const { answer, effects } = core.handle(request, clock.now());
    for (const event of effects.events) if (event.detail.accountId === accountId) onEvent(event);
    return answer;
  }

  /** What a user of the platform does. */
  function user<T>(method: string, path: string, body?: Json): T {
    const answer = handle(method, `/_ges/accounts/${accountId}/${path}`, {}, body === undefined ? '' : JSON.stringify(body));
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }
  const all = <T>(type: string): readonly T[] => {
    const found: T[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: T[]; nextCursor: string | null } = user('GET', `${type}?limit=500${cursor === null ? '' : `&cursor=${cursor}`}`);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  };

  return {
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input);
      const method = init?.method ?? 'GET';
      if (url.pathname.startsWith('/v1/')) (method === 'GET' ? reads : writes).push(`${method} ${url.pathname}`);
      const index = troubles.findIndex(({ fits }) => fits.test(`${method} ${url.pathname}`));
      const [trouble] = index === -1 ? [] : troubles.splice(index, 1);
      if (typeof trouble?.what === 'number') return new Response('{}', { status: trouble.what });
      const headers = Object.fromEntries(new Headers(init?.headers));
      const answer = handle(method, `${url.pathname}${url.search}`, headers, await new Response(init?.body ?? null).text());
      if (trouble !== undefined) throw new TypeError('fetch failed');
      return new Response(answer.body === null ? null : JSON.stringify(answer.body), {
        status: answer.status,
        headers: { ...answer.headers },
      });
    },
    writes,
    reads,
    forgetCalls() {
      writes.splice(0);
      reads.splice(0);
    },
    trouble: (fits, what) => void troubles.push({ fits, what }),
    customer: (fields = {}) => user('POST', 'customers', { name: 'Ada Quill', email: 'ada@quill.example', ...fields }),
    changeCustomer: (id, fields) => void user('PATCH', `customers/${id}`, fields),
    deleteCustomer: (id) => void user('DELETE', `customers/${id}`),
    customers: () => all<GesCustomer>('customers'),
    invoice: (fields) => user('POST', 'invoices', { status: 'issued', ...fields }),
    changeInvoice: (id, fields) => user('PATCH', `invoices/${id}`, fields),
    deleteInvoice: (id) => void user('DELETE', `invoices/${id}`),
    pay: (invoiceId, amount, fields = {}) => user('POST', 'payments', { invoiceId, amount, method: 'card', ...fields }),
    changePayment: (id, fields) => user('PATCH', `payments/${id}`, fields),
    deletePayment: (id) => void user('DELETE', `payments/${id}`),
    readInvoice: (id) => user('GET', `invoices/${id}`),
    invoices: () => all<Invoice>('invoices'),
    payments: (invoiceId) => all<Payment>('payments').filter((payment) => invoiceId === undefined || payment.invoiceId === invoiceId),
  };
}
