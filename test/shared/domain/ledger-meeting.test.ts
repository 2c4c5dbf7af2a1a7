import { describe, expect, it } from '@jest/globals';
import { decideLedger } from '../../../shared/domain/ledger-policy.ts';
import { gesIdIn, paymentReference } from '../../../shared/domain/ledger-entry.ts';
import { asTwoPayments } from '../../../shared/domain/ledger-after.ts';
import type { GesPayment } from '../../../shared/domain/records.ts';
import type { XeroPayment } from '../../../shared/domain/xero-invoice.ts';
import {
  deletedInXero,
  gesPayment,
  invoiceWith,
  linkedEntry,
  NOW,
  situation,
  standingsOf,
  stepsOf,
  unentered,
  unposted,
} from '../../support/ledger-input.ts';
import { xeroPayment } from '../../support/money-facts.ts';

/** Both sides have these payments and neither is linked: which pair, as `GES id = PaymentID`, and what is written. */
function meet(all: readonly GesPayment[], read: readonly XeroPayment[], varied: Parameters<typeof situation>[0] = {}) {
  const { ledger, steps, notes } = decideLedger(situation({ all, read, ...varied }));
  const pairs = ledger.entries.flatMap(({ gesId, xeroId }) => (gesId === undefined || xeroId === undefined ? [] : `${gesId} = ${xeroId}`));
  return { pairs, steps: stepsOf({ ...decideLedger(situation({ all, read, ...varied })), steps }), notes, ledger };
}
/** An invoice on which that is due with nothing of GES's own payments counted, pence. */
const due = (amountDue: number) => ({ invoice: invoiceWith(5_000, { total: amountDue + 5_000 }) });

describe('D1: the reference', () => {
  it('ends with our id, fits Xero and gives the id back', () => {
    expect(paymentReference('SumUp 8841', 'pay_9001')).toBe('SumUp 8841 · pay_9001');
    expect(paymentReference(' ', 'pay_9001')).toBe('pay_9001');
    const long = paymentReference('x'.repeat(300), 'pay_9001');
    expect(long).toHaveLength(255);
    expect(['SumUp · 8841 · pay_9001', 'pay_9001', long].map(gesIdIn)).toEqual(['pay_9001', 'pay_9001', 'pay_9001']);
    expect([gesIdIn(''), gesIdIn('SumUp 8841 pay_9001')]).toEqual(['', 'SumUp 8841 pay_9001']);
  });
});

describe('C11: a payment that carries our id is ours', () => {
  it('whatever its date, before any twin', () => {
    const read = [xeroPayment(), xeroPayment({ paymentId: 'p2', date: '2026-01-01', reference: 'SumUp 8841 · pay_1' })];
    expect(meet([gesPayment(), gesPayment({ id: 'pay_2' })], read).pairs).toEqual(['pay_1 = p2', 'pay_2 = p1']);
  });

  it('posted, the answer lost, and changed in GES since: linked, then replaced (D6)', () => {
    const met = meet([gesPayment({ amount: '60.00', revision: 2 })], [xeroPayment({ reference: 'pay_1' })]);
    expect([met.pairs, met.steps]).toEqual([['pay_1 = p1'], ['delete p1']]);
  });

  it('posted, the answer lost, and deleted in GES since: deleted in Xero (D5)', () => {
    const ended = decideLedger(situation({ entries: [unposted()], deleted: ['pay_1'] })).ledger.entries;
    const decided = decideLedger(situation({ entries: ended, read: [xeroPayment({ reference: 'pay_1' })] }));
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([['delete p1'], ['deleting']]);
  });

  it('posted, the answer lost, and deleted in Xero since: it waits (D5), unless GES has edited it since (E4)', () => {
    const read = [deletedInXero({ reference: 'pay_1' })];
    expect(standingsOf(decideLedger(situation({ entries: [unposted()], read })))).toEqual(['waiting: removed-in-xero']);
    const edited = decideLedger(situation({ entries: [unposted()], news: [gesPayment({ revision: 2, amount: '60.00' })], read }));
    expect([stepsOf(edited), standingsOf(edited)]).toEqual([['post pay_1'], ['unposted']]);
  });

  it('posted anew after an edit, the answer lost: ours, though Xero took less than GES has', () => {
    const read = [deletedInXero(), xeroPayment({ paymentId: 'p2', amount: 5_500, reference: 'pay_1' })];
    const news = [gesPayment({ revision: 2, amount: '60.00' })];
    const { ledger } = decideLedger(situation({ entries: [linkedEntry()], news, read }));
    expect(ledger.entries).toMatchObject([{ gesId: 'pay_1', xeroId: 'p2' }]);
  });

  it('copied by a bookkeeper from a payment that was put back: a new one', () => {
    const entries = [linkedEntry({ state: { kind: 'deleting' } })];
    const read = [xeroPayment({ isReconciled: true })];
    const back = decideLedger(situation({ entries, all: [], read })).ledger.entries;
    const copy = xeroPayment({ paymentId: 'p2', reference: 'pay_1' });
    const decided = decideLedger(situation({ entries: back, all: [], read: [...read, copy] }));
    expect(stepsOf(decided)).toEqual(['enter p1', 'enter p2']);
  });

  it('copied by a bookkeeper from a payment that was linked and has ended: a new one', () => {
    const ended = { ...linkedEntry(), state: { kind: 'ended', at: NOW } } as const;
    const decided = decideLedger(situation({ entries: [ended], all: [], read: [xeroPayment({ paymentId: 'p2', reference: 'pay_1' })] }));
    expect(stepsOf(decided)).toEqual(['enter p2']);
  });
});

describe('D4: payments that both sides entered', () => {
  it.each<[string, string, number, boolean]>([
    ['the same day', '2026-11-21', 100_000, true],
    ['3 days later', '2026-11-24', 100_000, true],
    ['3 days earlier', '2026-11-18', 100_000, true],
    ['4 days apart, both would fit', '2026-11-25', 5_000, false],
    ['4 days apart, both would exceed what is owed', '2026-11-25', 4_999, true],
    ['30 days apart, both would exceed what is owed', '2026-10-22', 0, true],
    ['31 days apart', '2026-10-21', 0, false],
  ])('%s (%s, £%i pence due): one payment %s', (_, date, amountDue, isOne) => {
    expect(meet([gesPayment({ date })], [xeroPayment()], due(amountDue)).pairs).toEqual(isOne ? ['pay_1 = p1'] : []);
  });

  it('pairs over 3 days only as long as both together are too much: each pair leaves more room', () => {
    const all = [gesPayment({ date: '2026-11-12' }), gesPayment({ id: 'pay_2', date: '2026-11-01' })];
    const read = [xeroPayment(), xeroPayment({ paymentId: 'p2' })];
    const invoice = (amountDue: number) => ({ invoice: invoiceWith(10_000, { total: amountDue + 10_000 }) });
    expect(meet(all, read, invoice(9_999)).pairs).toEqual(['pay_1 = p1']);
    expect(meet(all, read, invoice(4_999)).pairs).toEqual(['pay_1 = p1', 'pay_2 = p2']);
  });

  it('GES takes Xero’s date', () => {
    const { ledger } = meet([gesPayment({ date: '2026-11-20' })], [xeroPayment()]);
    const decided = decideLedger(situation({ entries: ledger.entries }));
    expect(decided.steps).toEqual([{ kind: 'change', gesId: 'pay_1', revision: 1, patch: { date: '2026-11-21' } }]);
  });

  it('another amount is no twin; nor is one that is linked', () => {
    expect(meet([gesPayment({ amount: '50.01' })], [xeroPayment()]).pairs).toEqual([]);
    const entries = [linkedEntry()];
    expect(meet([gesPayment()], [xeroPayment({ paymentId: 'p2' })], { entries }).pairs).toEqual(['pay_1 = p1']);
  });

  it('each pairs once, the nearest date first, whatever the order', () => {
    const [near, far] = [gesPayment({ id: 'near' }), gesPayment({ id: 'far', date: '2026-11-23' })];
    for (const all of [
      [near, far],
      [far, near],
    ])
      expect(meet(all, [xeroPayment()]).pairs).toEqual(['near = p1']);
    const two = [xeroPayment({ date: '2026-11-23' }), xeroPayment({ paymentId: 'p2' })];
    expect(meet([gesPayment()], two).pairs).toEqual(['pay_1 = p2']);
  });

  it.each<[string, GesPayment['method'], string, Record<string, string>, boolean]>([
    ['cash, and a bank account', 'cash', 'bank', {}, false],
    ['cash, and the bank account that takes the cash', 'cash', 'bank', { cash: 'bank' }, true],
    ['cash, and the till', 'cash', 'till', {}, true],
    ['card, and a bank account', 'card', 'bank', {}, true],
    ['card, and the account that takes the cash', 'card', 'till', { cash: 'till' }, false],
    ['other, and the account that takes the cash', 'other', 'till', { cash: 'till' }, true],
  ])('both would fit: %s: one payment %s', (_, method, accountId, paymentAccounts, isOne) => {
    const settings = { paymentAccountId: 'bank', paymentAccounts };
    const met = meet([gesPayment({ method })], [xeroPayment({ accountId })], { settings });
    expect(met.pairs).toEqual(isOne ? ['pay_1 = p1'] : []);
    expect(met.steps).toEqual(isOne ? [] : ['enter p1', 'post pay_1']);
  });

  it('both would be too much: methods do not matter', () => {
    expect(meet([gesPayment({ method: 'cash' })], [xeroPayment()], due(0)).pairs).toEqual(['pay_1 = p1']);
  });

  it('both would fit: the pair says that they may be two; said so, each side gets what it misses', () => {
    const { notes, ledger } = meet([gesPayment()], [xeroPayment()]);
    expect(notes).toMatchObject([{ code: 'payment-from-xero', gesId: 'pay_1', xeroId: 'p1' }]);
    expect(notes[0]?.text).toContain('If these are two payments, say so.');
    expect(meet([gesPayment()], [xeroPayment()], due(0)).notes[0]?.text).not.toContain('two payments');
    const parted = asTwoPayments(ledger, 'p1');
    const decided = decideLedger({ ...situation({ all: [gesPayment()], read: [xeroPayment()] }), ledger: parted });
    expect(stepsOf(decided)).toEqual(['enter p1', 'post pay_1']);
  });

  it('a payment that is left to the bank feed pairs with what the bookkeeper reconciles', () => {
    const settings = { paymentAccountId: 'bank', paymentAccounts: { card: 'leave' } };
    const left = unposted({ state: { kind: 'left-to-bank-feed' } });
    const met = meet([gesPayment()], [xeroPayment({ date: '2026-11-23', isReconciled: true })], { entries: [left], settings });
    expect([met.pairs, met.steps]).toEqual([['pay_1 = p1'], ['change pay_1']]);
  });

  it('one that a person was asked about pairs once its twin comes', () => {
    const asked = unentered({ problem: { code: 'which-invoice', message: '', fix: '' } });
    const news = { entries: [asked], invoice: invoiceWith(5_000) };
    expect(decideLedger(situation({ ...news, news: [gesPayment()] }))).toMatchObject({ steps: [], reads: { ges: true } });
    expect(standingsOf(decideLedger(situation({ ...news, all: [gesPayment()] })))).toEqual(['linked']);
  });
});

describe('D5: one that takes the place of a payment deleted in Xero', () => {
  const matchedAnew = (varied: Partial<XeroPayment> = {}) => [deletedInXero(), xeroPayment({ paymentId: 'p2', ...varied })];

  it('takes the link over, seen together or one after the other; method and reference of GES stay', () => {
    const together = decideLedger(situation({ entries: [linkedEntry()], read: matchedAnew() }));
    const waiting = decideLedger(situation({ entries: [linkedEntry()], read: [deletedInXero()] })).ledger.entries;
    const after = decideLedger(situation({ entries: waiting, read: matchedAnew() }));
    for (const { ledger, steps } of [together, after]) {
      expect(steps).toEqual([]);
      expect(ledger.entries).toEqual([linkedEntry({ xeroId: 'p2', retired: ['p1'] })]);
    }
  });

  it('whatever its date, which GES takes; before any twin; not of another amount', () => {
    const entries = [linkedEntry(), unposted({ gesId: 'pay_2' })];
    const decided = decideLedger(situation({ entries, read: matchedAnew({ date: '2026-12-24' }) }));
    expect(decided.ledger.entries[0]).toMatchObject({ xeroId: 'p2' });
    expect(stepsOf(decided)).toContain('change pay_1');
    const other = decideLedger(situation({ entries: [linkedEntry()], all: [gesPayment()], read: matchedAnew({ amount: 4_000 }) }));
    expect([stepsOf(other), standingsOf(other)]).toEqual([['enter p2'], ['waiting: removed-in-xero', 'unentered']]);
  });

  it('changed in GES before anybody saw that: linked, and the change goes to the new one (D6)', () => {
    const news = [gesPayment({ revision: 2, amount: '60.00' })];
    const decided = decideLedger(situation({ entries: [linkedEntry()], news, read: matchedAnew() }));
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([['delete p2'], ['replacing']]);
  });
});

describe('D7: the amount before CIS in GES, what is due in Xero', () => {
  it('is one payment, and the amount in GES is asked about', () => {
    const invoice = invoiceWith(10_000, { cisDeduction: 2_000 });
    const met = meet([gesPayment({ amount: '120.00' })], [xeroPayment({ amount: 10_000 })], { invoice });
    expect([met.pairs, met.steps]).toEqual([['pay_1 = p1'], []]);
    expect(standingsOf(met)).toEqual(['linked: cis-gross-payment']);
  });
});
