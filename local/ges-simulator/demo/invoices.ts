import { createInvoice, changeInvoice } from '../core/invoices.ts';
import { divideHalfUp, toPence, toPounds } from '../core/money.ts';
import { createPayment } from '../core/payments.ts';
import type { Customer, Invoice } from '../core/records.ts';
import type { WriteContext } from '../core/saving.ts';
import type { Transaction } from '../core/state.ts';
import * as jobs from './jobs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST_ISSUED = Date.parse('2026-05-05T10:15:00.000Z');
const LAST_PAID = Date.parse('2026-11-20T00:00:00.000Z');
const BUILDERS = ['Brook & Vale Construction Ltd', 'Kellett Homes (Yorkshire) Ltd'];
const SEED = 20_261_122;

type Kind = keyof typeof JOBS_OF;
const JOBS_OF = {
  standard: jobs.STANDARD_JOBS,
  reduced: jobs.REDUCED_JOBS,
  zero: jobs.ZERO_JOBS,
  exempt: jobs.EXEMPT_JOBS,
  outside: jobs.OUTSIDE_JOBS,
  mixed: jobs.MIXED_JOBS,
  fractions: jobs.FRACTION_JOBS,
  inclusive: jobs.INCLUSIVE_JOBS,
  'reverse-charge': jobs.REVERSE_CHARGE_JOBS,
  cis: jobs.CIS_JOBS,
  draft: jobs.STANDARD_JOBS,
  void: jobs.STANDARD_JOBS,
} as const;

/** How many invoices of each kind: 40. */
const KINDS: readonly (readonly [Kind, number])[] = [
  ['standard', 18],
  ['reduced', 3],
  ['zero', 2],
  ['exempt', 1],
  ['outside', 1],
  ['mixed', 4],
  ['fractions', 2],
  ['inclusive', 2],
  ['reverse-charge', 2],
  ['cis', 2],
  ['draft', 2],
  ['void', 1],
];

/** What is paid, in percent of the amount due, on invoices of these kinds in turn; then a CIS invoice and a second part: 20 payments. */
const PLAIN_KINDS: readonly Kind[] = ['standard', 'reduced', 'zero', 'mixed', 'fractions'];
const TWO_PARTS = 60;
const PAID_PERCENT = [100, 100, 100, 40, 100, 100, 100, 100, TWO_PARTS, 100, 100, 100, 100, 33, 100, 100, 75, 100] as const;
const BY_BANK = { method: 'bank-transfer', reference: 'BACS ' } as const;
const METHODS = [
  { method: 'card', reference: 'SumUp 88' },
  BY_BANK,
  { method: 'cash', reference: '' },
  { method: 'cheque', reference: 'Cheque 1000' },
] as const;

/** mulberry32: a small generator with a fixed seed, so that the demo is the same on every machine. Gives 0 ≤ x < 1. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function statusOf(kind: Kind): Invoice['status'] {
  return kind === 'draft' ? 'draft' : 'issued';
}

interface MadeInvoice {
  readonly kind: Kind;
  readonly invoice: Invoice;
  readonly issued: number;
}

function makeInvoices(contextAt: (now: number) => WriteContext, customers: readonly Customer[], random: () => number): MadeInvoice[] {
  const builders = customers.filter(({ name }) => BUILDERS.includes(name));
  const others = shuffled(
    customers.filter((customer) => !builders.includes(customer)),
    random,
  );
  const plan = shuffled(
    KINDS.flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, index) => ({ kind, job: JOBS_OF[kind][index % JOBS_OF[kind].length]! })),
    ),
    random,
  );
  let [builderTurn, otherTurn] = [0, 0];
  return plan.map(({ kind, job }, index) => {
    const forBuilder = kind === 'reverse-charge' || kind === 'cis';
    const customer = forBuilder ? builders[builderTurn++ % builders.length]! : others[otherTurn++ % others.length]!;
    const issued = FIRST_ISSUED + Math.floor(index * 4.9) * DAY_MS;
    const site = customer.sites[Math.floor(random() * customer.sites.length)];
    const invoice = createInvoice(contextAt(issued), {
      customerId: customer.id,
      status: statusOf(kind),
      reference: site ? `${job.title}, ${site.address.line1}` : job.title,
      pricesIncludeVat: kind === 'inclusive',
      lines: job.lines,
    });
    if (kind === 'void') return { kind, issued, invoice: changeInvoice(contextAt(issued + DAY_MS), invoice, { status: 'void' }) };
    return { kind, issued, invoice };
  });
}

/** Forty invoices and twenty payments for the given customers, the same each time, dated May to November 2026. */
export function seedInvoices(transaction: Transaction, accountId: string, customers: readonly Customer[]): void {
  const random = seededRandom(SEED);
  const contextAt = (now: number): WriteContext => ({ transaction, accountId, origin: 'user', now });
  const made = makeInvoices(contextAt, customers, random);

  let paymentNumber = 0;
  const pay = (
    { invoice, issued }: MadeInvoice,
    pence: bigint,
    afterDays: number,
    how = METHODS[paymentNumber % METHODS.length]!,
  ): void => {
    const { method, reference } = how;
    paymentNumber += 1;
    const paidAt = Math.min(issued + afterDays * DAY_MS, LAST_PAID);
    const wholeReference = reference === '' ? '' : `${reference}${10 + paymentNumber}`;
    createPayment(contextAt(paidAt), { invoiceId: invoice.id, amount: toPounds(pence), method, reference: wholeReference });
  };
  const share = ({ invoice }: MadeInvoice, percent: number): bigint => divideHalfUp(toPence(invoice.balance.due) * BigInt(percent), 100n);

  const payable = made.filter(({ kind }) => PLAIN_KINDS.includes(kind)).slice(0, PAID_PERCENT.length);
  payable.forEach((target, index) => pay(target, share(target, PAID_PERCENT[index]!), 3 + Math.floor(random() * 20)));
  const cis = made.find(({ kind }) => kind === 'cis')!;
  pay(cis, share(cis, 100), 14, BY_BANK);
  const inTwoParts = payable[PAID_PERCENT.indexOf(TWO_PARTS)]!;
  pay(inTwoParts, toPence(inTwoParts.invoice.balance.due) - share(inTwoParts, TWO_PARTS), 30);
}
