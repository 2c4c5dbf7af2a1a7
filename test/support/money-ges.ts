import type { GesEvent, Invoice, Payment } from '../../local/ges-simulator/core/records.ts';
import type { Transaction } from '../../local/ges-simulator/core/state.ts';
import { seedDemo } from '../../local/ges-simulator/demo/seed.ts';
import type { GesCustomer } from '../../shared/domain/records.ts';
import type { Clock } from '../../shared/sync/ports.ts';
import { GesSystem } from '../simulation/world/ges-system.ts';

type Json = Readonly<Record<string, unknown>>;

/** The platform of the simulated world, seen from one account: the product reaches it through `system`, a user through the other methods. */
export interface MoneyGes {
  readonly system: GesSystem;
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
  const seedEmpty = (transaction: Transaction): void => {
    transaction.putAccount({ id: accountId, name: 'Money', cisRatePercent: 20 });
    const numbering = transaction.numbering();
    if (firstCustomer !== undefined) transaction.putNumbering({ ...numbering, next: { ...numbering.next, customer: firstCustomer } });
  };
  const writes: string[] = [];
  const reads: string[] = [];
  const troubles: { fits: RegExp; what: number | 'lost' }[] = [];
  const system = new GesSystem(
    accountId === 'acct_demo' ? seedDemo : seedEmpty,
    () => clock.now(),
    (event) => {
      if (event.detail.accountId === accountId) onEvent(event);
    },
  );
  const user = <T>(method: string, path: string, body?: Json): T => system.user<T>(accountId, method, path, body);

  const troubled = (real: typeof globalThis.fetch): typeof globalThis.fetch => {
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const call = `${init?.method ?? 'GET'} ${url.pathname}`;
      if (url.pathname.startsWith('/v1/')) (call.startsWith('GET ') ? reads : writes).push(call);
      const index = troubles.findIndex(({ fits }) => fits.test(call));
      const [trouble] = index === -1 ? [] : troubles.splice(index, 1);
      if (typeof trouble?.what === 'number') return new Response('{}', { status: trouble.what });
      const answer = await real(input, init);
      if (trouble !== undefined) throw new TypeError('fetch failed');
      return answer;
    };
  };

  return {
    system: Object.create(system, {
      fetchFrom: { value: (...from: Parameters<GesSystem['fetchFrom']>) => troubled(system.fetchFrom(...from)) },
    }) as GesSystem,
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
    customers: () => system.customers(accountId),
    invoice: (fields) => user('POST', 'invoices', { status: 'issued', ...fields }),
    changeInvoice: (id, fields) => user('PATCH', `invoices/${id}`, fields),
    deleteInvoice: (id) => void user('DELETE', `invoices/${id}`),
    pay: (invoiceId, amount, fields = {}) => user('POST', 'payments', { invoiceId, amount, method: 'card', ...fields }),
    changePayment: (id, fields) => user('PATCH', `payments/${id}`, fields),
    deletePayment: (id) => void user('DELETE', `payments/${id}`),
    readInvoice: (id) => user('GET', `invoices/${id}`),
    invoices: () => system.invoices(accountId),
    payments: (invoiceId) => system.payments(accountId).filter((payment) => invoiceId === undefined || payment.invoiceId === invoiceId),
  };
}
