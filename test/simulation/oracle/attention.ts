import { toPence } from '../../../shared/domain/money.ts';
import type { Problem } from '../../../shared/domain/records.ts';
import type { SimulatedWorld } from '../world/world.ts';
import type { Books } from './books.ts';

/** What must be so in the world for a problem to be shown; `id` is the record's, for a payment with that of its invoice. */
type Reason = (books: Books, about: About, world: SimulatedWorld) => boolean;
interface About {
  readonly type: 'customer' | 'invoice' | 'payment';
  readonly id: string;
  readonly invoiceId: string;
  readonly xeroId: string | undefined;
  readonly problem: Problem;
}

const paidInGes = (books: Books, id: string): number =>
  books.payments.filter(({ invoiceId }) => invoiceId === id).reduce((sum, { amount }) => sum + toPence(amount), 0);
const xeroOf = (books: Books, id: string) => {
  const link = books.links.get(`invoice ${id}`);
  return books.xeroInvoices.find(({ invoiceId }) => invoiceId === link?.xeroId);
};
const hasMoney: Reason = (books, { invoiceId }) => {
  const there = xeroOf(books, invoiceId);
  return paidInGes(books, invoiceId) > 0 || (there?.amountPaid ?? 0) > 0 || (there?.amountCredited ?? 0) > 0;
};
const never: Reason = () => false;

/** F1: codes that are not here depend on what only the record's history tells. */
const REASONS: Readonly<Record<string, Reason>> = {
  unexpected: never,
  'contact-missing': never,
  'invoice-missing': never,
  'number-missing': never,
  'name-unusable': never,
  'contact-archived': (books, { xeroId, type, invoiceId }) => {
    const customerId = books.invoices.find(({ id }) => id === invoiceId)?.customerId ?? '';
    const contactId = type === 'customer' ? xeroId : books.links.get(`customer ${customerId}`)?.xeroId;
    return books.contacts.some((contact) => contact.contactId === contactId && contact.status === 'ARCHIVED');
  },
  'number-taken': (books, { id, xeroId }) => {
    const number = books.invoices.find((invoice) => invoice.id === id)?.number;
    return books.xeroInvoices.some((invoice) => invoice.number === number && invoice.invoiceId !== xeroId);
  },
  'void-with-payments': hasMoney,
  'paid-invoice-edited': hasMoney,
  'more-than-owed': (books, { invoiceId }) => paidInGes(books, invoiceId) > 0,
  'invoice-not-open': (books, { invoiceId }) => {
    const status = xeroOf(books, invoiceId)?.status;
    const here = books.invoices.find(({ id }) => id === invoiceId)?.status;
    return status !== 'AUTHORISED' || here !== 'issued';
  },
  'period-locked': ({ account }, _about, world) =>
    world.xero.sandbox.state.organisations.get(account.tenantId)?.periodLockDate !== undefined,
  'not-vat-registered': ({ account }, _about, world) => world.xero.sandbox.state.organisations.get(account.tenantId)?.paysTax === false,
  'which-invoice': (books) => books.invoices.length > 1,
  'waits-for-customer': (books, { id }) => {
    const customerId = books.invoices.find((invoice) => invoice.id === id)?.customerId ?? '';
    return books.links.get(`customer ${customerId}`)?.status !== 'synced';
  },
};

/** Whoever is asked has something to do: each problem that stands is justified by a state of the world. */
export function judgeAttention(world: SimulatedWorld, books: Books, refused: string | undefined): readonly string[] {
  const asked: About[] = [
    ...[...books.links.values()].flatMap(({ type, gesId: id, xeroId, problem, deleted }) =>
      problem === undefined || deleted === true ? [] : [{ type, id, invoiceId: id, xeroId, problem }],
    ),
    ...[...books.markers.values()].flatMap(({ gesId: id, invoiceId, xeroId, problem, deleted }) =>
      problem === undefined || deleted === true ? [] : [{ type: 'payment' as const, id, invoiceId, xeroId, problem }],
    ),
  ];
  return asked.flatMap((about) => {
    const reason = REASONS[about.problem.code];
    const isRefused = refused === `BASE#${about.type}#${about.id}` && about.problem.code === 'unexpected';
    if (reason === undefined || isRefused || reason(books, about, world)) return [];
    return [
      `F1: ${about.type} ${about.id} says "${about.problem.code}" without a reason (${about.problem.detail ?? about.problem.message})`.slice(
        0,
        300,
      ),
    ];
  });
}
