import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideLedger } from '../../../shared/domain/ledger-policy.ts';
import type { PaymentSettings, Sum } from '../../../shared/domain/ledger.ts';
import { toPounds } from '../../../shared/domain/money.ts';
import { LedgerBooks, type Fate } from '../../support/ledger-books.ts';
import { gesPayment, invoiceWith, ledgerOf, linkedEntry, situation } from '../../support/ledger-input.ts';
import { xeroPayment } from '../../support/money-facts.ts';

const SEED = 20_261_127;
const RUNS = 2_000;

const date = fc.constantFrom('2026-11-01', '2026-11-12', '2026-11-20', '2026-11-21', '2026-11-22');
const amount = fc.constantFrom(2_000, 5_000, 12_000, 14_000);
const method = fc.constantFrom('card', 'cash', 'bank-transfer', 'other' as const);
const which = fc.nat(5);
const fates = fc.array(fc.constantFrom<Fate>('answered', 'answered', 'answered', 'lost', 'never', 'killed'), { maxLength: 6 });
const deed = fc.oneof(
  fc.record({ do: fc.constant('pay in GES' as const), amount, date, method }),
  fc.record({
    do: fc.constant('pay in Xero' as const),
    amount,
    date,
    accountId: fc.constantFrom('bank', 'bank', 'till'),
    isReconciled: fc.boolean(),
    isBatch: fc.constantFrom(false, false, false, true),
  }),
  fc.record({ do: fc.constant('change in GES' as const), which, amount, date, only: fc.constantFrom('amount', 'date', 'reference') }),
  fc.record({ do: fc.constant('delete in GES' as const), which }),
  fc.record({ do: fc.constant('delete in Xero' as const), which }),
  fc.record({ do: fc.constant('match anew in Xero' as const), which, date }),
  fc.record({ do: fc.constant('reconcile' as const), which }),
  fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 16, 60 * 25) }),
  fc.record({ do: fc.constant('lock' as const), isLocked: fc.boolean() }),
);
const action = fc.oneof(
  { weight: 3, arbitrary: deed },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('drain' as const),
      fates,
      readsAll: fc.boolean(),
      isLate: fc.constantFrom(false, false, false, true),
      meanwhile: fc.array(deed, { maxLength: 3 }),
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

function play(books: LedgerBooks, act: Action): void {
  const gesId = 'which' in act ? [...books.ges.keys()][act.which % Math.max(1, books.ges.size)] : undefined;
  const live = books.live();
  const xero = 'which' in act ? live[act.which % Math.max(1, live.length)] : undefined;
  switch (act.do) {
    case 'pay in GES':
      return void books.pay(act.amount, act.date, act.method);
    case 'pay in Xero':
      return void books.payInXero(act.amount, act.date, act);
    case 'change in GES': {
      const all = { amount: toPounds(act.amount), date: act.date, reference: 'again' };
      return books.changeInGes(gesId ?? '', { [act.only]: all[act.only] });
    }
    case 'delete in GES':
      return books.deleteInGes(gesId ?? '');
    case 'delete in Xero':
      return void books.deleteInXero(xero?.paymentId ?? '');
    case 'match anew in Xero':
      if (books.deleteInXero(xero?.paymentId ?? '')) books.payInXero(xero?.amount ?? 0, act.date, { isReconciled: true });
      return;
    case 'reconcile':
      return books.reconcile(xero?.paymentId ?? '');
    case 'wait':
      books.now += act.minutes * 60_000;
      return;
    case 'lock':
      books.isLocked = act.isLocked;
      return;
    case 'drain':
      books.beforeWrite = act.meanwhile.map((other) => () => play(books, other));
      books.fates = [...act.fates];
      return books.drain(act);
  }
}

/** CIS, and accounts by method. */
const books = fc.record({
  total: fc.constantFrom(12_000, 14_000, 30_000),
  cisDeduction: fc.constantFrom(0, 0, 2_000),
  settings: fc.constantFrom<PaymentSettings>(
    { paymentAccountId: 'bank' },
    { paymentAccountId: 'bank', paymentAccounts: { card: 'leave', cash: 'till' } },
  ),
});

it(`D1–D7: any history, with lost answers and kills, ends in books that agree or in a question; nothing is doubled (seed ${String(SEED)})`, () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 14 }), books, (actions, options) => {
      const invoice = new LedgerBooks(options);
      for (const act of actions) play(invoice, act);
      invoice.settle();
      expect(invoice.disagreements()).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

const sum = fc.record({ amount, date });
const sides = fc.record({
  /** Payments of GES: linked with one of Xero at the start or not, and what news there is of it. */
  ges: fc.array(fc.record({ sum, linked: fc.boolean(), news: fc.option(sum), isDeleted: fc.boolean() }), { maxLength: 5 }),
  xero: fc.array(fc.record({ sum, isOurs: fc.boolean(), isDeleted: fc.boolean() }), { maxLength: 4 }),
});
/** What decides on the order in which news comes. */
const draws = fc.array(fc.nat(999), { minLength: 8, maxLength: 40 });

it(`E5: news commutes: in whatever order it comes, repeated and with what is older, it makes the same plan (seed ${String(SEED)})`, () => {
  fc.assert(
    fc.property(sides, draws, fc.constantFrom('first', 'news', 'all'), ({ ges, xero }, keys, read) => {
      const id = (n: number) => `pay_${String(n)}`;
      const entries = ges.flatMap((each, n) => {
        const agreed = { ...each.sum, method: 'card' as const };
        return each.linked ? linkedEntry({ gesId: id(n), xeroId: `linked_${String(n)}`, ges: each.sum, xero: each.sum, agreed }) : [];
      });
      const show = (n: number, { amount: pence, date: day }: Sum, revision: number) =>
        gesPayment({ id: id(n), revision, amount: toPounds(pence), date: day });
      const before = ges.map((each, n) => show(n, each.sum, 1));
      const news = ges.flatMap((each, n) => (each.news === null ? [] : show(n, each.news, 2)));
      const deleted = ges.flatMap((each, n) => (each.isDeleted ? { id: id(n), revision: 3 } : []));
      const shown = ges.flatMap((each, n) => (each.isDeleted ? [] : show(n, each.news ?? each.sum, each.news === null ? 1 : 2)));
      const rows = xero.map((each, n) => xeroPayment({ paymentId: `new_${String(n)}`, ...each.sum, reference: each.isOurs ? id(n) : '' }));
      const ends = rows.flatMap((row, n) => (xero[n]?.isDeleted === true ? { ...row, status: 'DELETED' as const, updatedAt: 2 } : []));
      const live = rows.filter((_, n) => xero[n]?.isDeleted === false);
      const paid = [...entries.map((entry) => entry.xero?.amount ?? 0), ...live.map((row) => row.amount)];
      const decide = (order: <T>(items: readonly T[]) => readonly T[]) => {
        const plan = decideLedger({
          ...situation(),
          ledger: read === 'first' ? { entries, credited: 0 } : ledgerOf(...entries),
          ges:
            read === 'all'
              ? { kind: 'all', payments: order(shown) }
              : { kind: 'news', payments: order([...before, ...news]), deleted: order(deleted) },
          xero: { payments: order([...rows, ...ends]), isComplete: false },
          invoice: invoiceWith(
            paid.reduce((total, each) => total + each, 0),
            { total: 70_000 },
          ),
        });
        const inAnyOrder = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
        const { entries: next, ...ledger } = plan.ledger;
        return { ...plan, ledger: { ...ledger, entries: inAnyOrder(next) }, notes: inAnyOrder(plan.notes) };
      };
      const shuffledTwice = <T>(items: readonly T[]): readonly T[] =>
        [...items, ...items]
          .map((item, place) => ({ item, key: keys[place % keys.length] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
      expect(decide(shuffledTwice)).toEqual(decide((items) => items));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
