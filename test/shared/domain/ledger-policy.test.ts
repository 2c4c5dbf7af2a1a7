import { describe, expect, it } from '@jest/globals';
import { decideLedger, MOST_ENTRIES } from '../../../shared/domain/ledger-policy.ts';
import type { LedgerEntry, LedgerInput } from '../../../shared/domain/ledger.ts';
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
import { facts, xeroPayment } from '../../support/money-facts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const plan = (varied: Parameters<typeof situation>[0]) => decideLedger(situation(varied));
const both = (varied: Parameters<typeof situation>[0]) => {
  const decided = plan(varied);
  return [stepsOf(decided), standingsOf(decided)];
};
describe('D1: a payment that Xero does not have', () => {
  it('is posted to the chosen account with date, amount, and our id at the end of the reference', () => {
    expect(plan({ news: [gesPayment()] }).steps).toMatchObject([
      {
        kind: 'post',
        gesId: 'pay_1',
        element: { invoiceId: 'xero-1', accountId: 'bank', date: '2026-11-21', amount: 5_000, reference: 'SumUp 8841 · pay_1' },
      },
    ]);
  });

  it.each<[string, string, Partial<LedgerInput['settings']>]>([
    ['the account of its method', 'till', { paymentAccounts: { card: 'till' } }],
    ['the chosen account where another method has one', 'bank', { paymentAccounts: { cash: 'till' } }],
    ['G1: a run’s own account for what was paid before connecting', 'till', { before: { date: '2026-11-22', accountId: 'till' } }],
    ['G1: not for what was paid since', 'bank', { before: { date: '2026-11-21', accountId: 'till' } }],
  ])('goes to %s', (_, accountId, settings) => {
    const decided = plan({ news: [gesPayment()], settings: { paymentAccountId: 'bank', ...settings } });
    expect(decided.steps).toMatchObject([{ element: { accountId } }]);
  });

  it('a method left to the bank feed is not posted, also once the setting is gone; a change of the payment looks again', () => {
    const left = plan({ news: [gesPayment()], settings: { paymentAccountId: 'bank', paymentAccounts: { card: 'leave' } } });
    expect([stepsOf(left), standingsOf(left)]).toEqual([[], ['left-to-bank-feed']]);
    expect(both({ entries: left.ledger.entries })).toEqual([[], ['left-to-bank-feed']]);
    expect(both({ entries: left.ledger.entries, news: [gesPayment({ revision: 2 })] })).toEqual([['post pay_1'], ['unposted']]);
  });

  it.each<[string, string, Parameters<typeof situation>[0]]>([
    ['D2: no account chosen', 'no-payment-account', { settings: { paymentAccountId: null } }],
    ['D1: the account is archived', 'payment-account-archived', { settings: { paymentAccountId: 'old' } }],
    ['C9: on the lock date', 'period-locked', { facts: facts({ lockedUntil: '2026-11-21' }) }],
    ['C4: the invoice is void', 'invoice-not-open', { invoice: invoiceWith(0, { status: 'VOIDED', amountDue: 0 }) }],
    ['the invoice is a draft', 'invoice-not-open', { invoice: invoiceWith(0, { status: 'DRAFT' }) }],
    ['nothing', 'payment-not-positive', { news: [gesPayment({ amount: '0.00' })] }],
    ['a refund', 'payment-not-positive', { news: [gesPayment({ amount: '-5.00' })] }],
  ])('%s: asks (%s)', (_, code, varied) => {
    expect(both({ news: [gesPayment()], ...varied })).toEqual([[], [`unposted: ${code}`]]);
  });

  it('C9: the day after the lock date it goes; F1: what asked before goes by itself once the cause is gone', () => {
    const asked = plan({ news: [gesPayment()], facts: facts({ lockedUntil: '2026-11-21' }) });
    expect(both({ entries: asked.ledger.entries, facts: facts({ lockedUntil: '2026-11-20' }) })).toEqual([['post pay_1'], ['unposted']]);
  });

  it('A3: on an invoice that was never sent it waits unsaid, and goes when the invoice has gone, all of them', () => {
    const before = plan({ news: [gesPayment()], invoice: undefined });
    expect([stepsOf(before), standingsOf(before)]).toEqual([[], ['unposted']]);
    const ledger = { entries: before.ledger.entries, credited: 0 };
    expect(decideLedger({ ...situation(), ledger }).reads).toEqual({ ges: true });
    const sent = decideLedger({ ...situation({ all: [gesPayment(), gesPayment({ id: 'pay_2', date: '2026-01-01' })] }), ledger });
    expect(stepsOf(sent)).toEqual(['post pay_2', 'post pay_1']);
  });

  it('F3: whose post is in doubt, it is not posted again, and what it may have paid is not paid by another', () => {
    const inDoubt = new Set(['pay_1']);
    const decided = plan({ entries: [unposted()], news: [gesPayment({ id: 'pay_2', amount: '100.00' })], inDoubt });
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([[], ['unposted', 'unposted']]);
  });
});

describe('D3: a payment that GES does not have', () => {
  it('is entered in GES, method other, under a key made of the PaymentID, which is stored before', () => {
    const decided = plan({ all: [], read: [xeroPayment({ reference: 'Bank' })] });
    expect(decided).toMatchObject({
      commitFirst: true,
      ledger: { entries: [{ born: 'xero', xeroId: 'p1', state: { kind: 'unentered', key: 'xero-payment-p1' } }] },
      steps: [
        { kind: 'enter', key: 'xero-payment-p1', payment: { amount: '50.00', date: '2026-11-21', method: 'other', reference: 'Bank' } },
      ],
    });
  });

  it('not before all that GES has is known; nor is anything posted that may be the same money', () => {
    const decided = plan({ read: [xeroPayment({ date: '2026-11-01' })], news: [gesPayment()] });
    expect([stepsOf(decided), decided.reads]).toEqual([[], { ges: true }]);
  });

  it('once begun it is entered to the end, and nothing is posted meanwhile: GES may have it', () => {
    const begun = unentered({ state: { kind: 'unentered', key: 'xero-payment-p1' } });
    const decided = plan({ entries: [begun], news: [gesPayment({ date: '2026-11-02' })], read: [deletedInXero()] });
    expect(stepsOf(decided)).toEqual(['enter p1']);
    expect(decided.ledger.entries[0]?.state).toMatchObject({ deletedAt: NOW });
  });

  it('what was begun may be what GES shows: it is nobody’s twin until that is known', () => {
    const begun = unentered({ state: { kind: 'unentered', key: 'xero-payment-p1' } });
    const decided = plan({ entries: [begun], all: [gesPayment()], read: [xeroPayment(), xeroPayment({ paymentId: 'p2' })] });
    expect(decided.ledger.entries.filter(({ gesId, xeroId }) => gesId !== undefined && xeroId !== undefined)).toEqual([]);
    expect(stepsOf(decided)).toContain('enter p1');
  });

  it('not while more, or less, is paid in Xero than is known', () => {
    for (const paid of [7_000, 3_000]) expect(stepsOf(plan({ all: [], read: [xeroPayment()], invoice: invoiceWith(paid) }))).toEqual([]);
  });

  it('deleted in Xero before GES was told of it: nothing is left', () => {
    expect(both({ entries: [unentered()], read: [deletedInXero()] })).toEqual([[], []]);
  });
});

describe('D4: which invoice', () => {
  it.each<[string, boolean, Partial<LedgerInput>]>([
    ['same amount, 7 days apart', true, { elsewhere: [{ side: 'xero', invoiceNumber: 'GES-7', amount: 5_000, date: '2026-11-28' }] }],
    ['8 days apart', false, { elsewhere: [{ side: 'xero', invoiceNumber: 'GES-7', amount: 5_000, date: '2026-11-29' }] }],
    ['another amount', false, { elsewhere: [{ side: 'xero', invoiceNumber: 'GES-7', amount: 5_001, date: '2026-11-21' }] }],
    ['entered on the same side', false, { elsewhere: [{ side: 'ges', invoiceNumber: 'GES-7', amount: 5_000, date: '2026-11-21' }] }],
  ])('%s: asks %s', (_, isAsked, varied) => {
    expect(both({ news: [gesPayment()], ...varied })).toEqual(isAsked ? [[], ['unposted: which-invoice']] : [['post pay_1'], ['unposted']]);
  });

  it('of a payment in Xero as well; another payment of the invoice goes on', () => {
    const elsewhere = [{ side: 'ges', invoiceNumber: 'GES-7', amount: 5_000, date: '2026-11-20' }] as const;
    const news = gesPayment({ amount: '20.00' });
    const decided = plan({ all: [news], read: [xeroPayment()], elsewhere });
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([['post pay_1'], ['unposted', 'unentered: which-invoice']]);
    expect(plan({ entries: decided.ledger.entries, elsewhere, invoice: invoiceWith(5_000) }).reads).toEqual({});
  });

  it('not where a person has said that these are two', () => {
    const elsewhere = [{ side: 'xero', invoiceNumber: 'GES-7', amount: 5_000, date: '2026-11-21' }] as const;
    expect(both({ entries: [unposted({ distinct: true })], elsewhere })).toEqual([['post pay_1'], ['unposted']]);
  });
});

describe('D7: more than is owed', () => {
  it('what is due is posted, both amounts are kept, the rest is asked about', () => {
    const decided = plan({ news: [gesPayment({ amount: '140.00' })] });
    expect(decided.steps).toMatchObject([{ kind: 'post', element: { amount: 12_000 }, problem: { code: 'more-than-owed' } }]);
    const linked = linkedEntry({
      ges: { amount: 14_000, date: '2026-11-21' },
      agreed: { amount: 14_000, date: '2026-11-21' },
      xero: { amount: 12_000, date: '2026-11-21' },
    });
    const after = plan({ entries: [linked] });
    expect([stepsOf(after), standingsOf(after)]).toEqual([[], ['linked: more-than-owed']]);
    expect(after.ledger.entries[0]?.problem?.message).toBe('£20.00 more than owed: £120.00 of the £140.00 received is in Xero.');
    expect(both({ entries: [linked], news: [gesPayment({ revision: 2, amount: '120.00' })] })).toEqual([[], ['linked']]);
    const raised = invoiceWith(12_000, { total: 14_000 });
    expect(both({ entries: [linked], invoice: raised, read: [xeroPayment({ amount: 12_000 })] })).toEqual([['delete p1'], ['replacing']]);
    const isReconciled = { entries: [linked], invoice: raised, read: [xeroPayment({ amount: 12_000, isReconciled: true })] };
    expect(both(isReconciled)).toEqual([[], ['linked: rest-not-posted']]);
  });

  it('two that together are too much: the earlier goes whole, of the later what is left', () => {
    const [first, second] = [gesPayment({ amount: '100.00' }), gesPayment({ id: 'pay_2', amount: '100.00', date: '2026-11-20' })];
    const decided = plan({ news: [first, second] });
    expect(decided.steps).toMatchObject([
      { gesId: 'pay_2', element: { amount: 10_000 } },
      { gesId: 'pay_1', element: { amount: 2_000 }, problem: { code: 'more-than-owed' } },
    ]);
  });

  it.each<[string, string, Parameters<typeof situation>[0]]>([
    [
      'nothing is due',
      'more-than-owed',
      {
        entries: [
          linkedEntry({
            xero: { amount: 12_000, date: '2026-11-21' },
            ges: { amount: 12_000, date: '2026-11-21' },
            agreed: { amount: 12_000, date: '2026-11-21' },
          }),
        ],
        news: [gesPayment({ id: 'pay_2' })],
      },
    ],
    ['a new credit in Xero', 'waits-for-other-money', { invoice: invoiceWith(0, { amountCredited: 3_000 }) }],
    ['the invoice needs a person', 'waits-for-other-money', { invoiceWaits: true }],
    [
      'the excess is the CIS deduction',
      'cis-gross-payment',
      { news: [gesPayment({ amount: '120.00' })], invoice: invoiceWith(0, { cisDeduction: 2_000 }) },
    ],
  ])('%s: nothing is posted (%s)', (_, code, varied) => {
    const decided = plan({ news: [gesPayment({ amount: '140.00' })], ...varied });
    expect([stepsOf(decided), standingsOf(decided).at(-1)]).toEqual([[], `unposted: ${code}`]);
  });

  it('while Xero has a payment that is asked about, nothing is posted beyond what is due, and what fits goes', () => {
    const asked = unentered({ problem: { code: 'which-invoice', message: '', fix: '' } });
    const elsewhere = [{ side: 'ges', invoiceNumber: 'GES-7', amount: 5_000, date: '2026-11-20' }] as const;
    const all = [gesPayment({ amount: '20.00' }), gesPayment({ id: 'pay_2', amount: '80.00' })];
    const decided = plan({ entries: [asked], all, elsewhere, invoice: invoiceWith(5_000) });
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([
      ['post pay_1'],
      ['unentered: which-invoice', 'unposted', 'unposted: waits-for-other-money'],
    ]);
  });

  it('an open question of the invoice holds up nothing that fits', () => {
    expect(both({ news: [gesPayment()], invoiceWaits: true })).toEqual([['post pay_1'], ['unposted']]);
  });
});

describe('D8: a discount', () => {
  it('is a credit, no payment: nothing is posted, and it says so', () => {
    const discount = gesPayment({ kind: 'discount', vat: '8.33' });
    const decided = plan({ news: [discount, gesPayment({ id: 'pay_2' })] });
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([['post pay_2'], ['credit: discount-waits', 'unposted']]);
    expect(both({ entries: decided.ledger.entries.slice(0, 1), deleted: ['pay_1'] })).toEqual([[], ['ended']]);
    expect(both({ entries: decided.ledger.entries.slice(0, 1), news: [gesPayment({ revision: 2 })] })).toEqual([
      ['post pay_1'],
      ['unposted'],
    ]);
  });

  it('what Xero has as money and GES calls a discount now is asked about', () => {
    const news = [gesPayment({ revision: 2, kind: 'discount' })];
    expect(both({ entries: [linkedEntry()], news })).toEqual([[], ['linked: payment-now-discount']]);
  });
});

describe('C12: credited in Xero', () => {
  it('is one number, told to GES until it shows it', () => {
    expect(plan({ invoice: invoiceWith(0, { amountCredited: 3_000 }) }).credited).toBe(3_000);
    expect(decideLedger({ ...situation(), ledger: { entries: [], credited: 3_000 } }).credited).toBe(0);
    expect(plan({})).not.toHaveProperty('credited');
  });
});

describe('F7: paid in Xero, and not explained', () => {
  it('is read at once, again after 1 and 15 minutes, then a person is asked; another value begins anew', () => {
    const invoice = invoiceWith(7_000);
    let ledger = situation().ledger;
    const seen: unknown[] = [];
    for (const [minutes, isComplete] of [
      [0, false],
      [0, true],
      [0.5, true],
      [1, false],
      [1, true],
      [15, false],
      [16, false],
      [16, true],
      [60, true],
    ] as const) {
      const decided = decideLedger({ ...situation({ isComplete, invoice, now: NOW + minutes * MINUTE_MS }), ledger });
      ledger = decided.ledger;
      seen.push(decided.reads.unexplained ?? decided.ledger.problem?.code ?? (decided.wakeAt ?? 0) - NOW);
    }
    const [second, third] = [MINUTE_MS, 16 * MINUTE_MS];
    expect(seen).toEqual([true, second, second, true, third, third, true, 'paid-not-explained', 'paid-not-explained']);
    expect(decideLedger({ ...situation({ invoice: invoiceWith(8_000) }), ledger }).reads).toEqual({ unexplained: true });
    expect(decideLedger({ ...situation(), ledger }).ledger).not.toHaveProperty('problem');
  });

  it('nothing is posted meanwhile, nor afterwards: it may be the same money', () => {
    const open = plan({ news: [gesPayment()], invoice: invoiceWith(7_000) });
    expect(stepsOf(open)).toEqual([]);
    const ledger = { ...open.ledger, unexplained: { paid: 7_000, reads: 3 } };
    expect(stepsOf(decideLedger({ ...situation({ invoice: invoiceWith(7_000) }), ledger }))).toEqual([]);
  });

  it('less is paid than is known: once a person is asked, posting goes on', () => {
    const decided = plan({ entries: [linkedEntry()], news: [gesPayment({ id: 'pay_2' })], invoice: invoiceWith(0) });
    expect(stepsOf(decided)).toEqual([]);
    const ledger = { ...decided.ledger, unexplained: { paid: 0, reads: 3 } };
    expect(stepsOf(decideLedger({ ...situation({ invoice: invoiceWith(0) }), ledger }))).toEqual(['post pay_2']);
  });
});

describe('a pass', () => {
  it('carries out at most 15 steps, deletions first, and goes on in the next', () => {
    const entries = Array.from({ length: 10 }, (_, n) =>
      linkedEntry({
        gesId: `old_${String(n)}`,
        xeroId: `x${String(n)}`,
        state: { kind: 'deleting' },
        xero: { amount: 100, date: '2026-11-21' },
      }),
    );
    const read = entries.map(({ xeroId = '' }) => xeroPayment({ paymentId: xeroId, amount: 100 }));
    const news = Array.from({ length: 10 }, (_, n) => gesPayment({ id: `new_${String(n)}`, amount: '1.00' }));
    const decided = plan({ entries, read, news });
    const kinds = decided.steps.map(({ kind }) => kind);
    expect(kinds).toEqual([...Array<string>(10).fill('delete'), ...Array<string>(5).fill('post')]);
    expect(decided.more).toBe(true);
  });

  it('more than 300 entries: a person is asked, and nothing is done', () => {
    const news = Array.from({ length: MOST_ENTRIES + 1 }, (_, n) => gesPayment({ id: `pay_${String(n)}`, amount: '0.01' }));
    const decided = plan({ news });
    expect([decided.ledger.problem?.code, decided.ledger.entries, decided.steps]).toEqual(['too-many-payments', [], []]);
    expect(plan({ news: news.slice(1) }).ledger).not.toHaveProperty('problem');
  });

  it('tombstones are forgotten after 13 months', () => {
    const entries: LedgerEntry[] = [{ born: 'ges', state: { kind: 'ended', at: NOW }, gesId: 'pay_1', gesRevision: 2 }];
    const days = (number: number) => NOW + number * 24 * HOUR_MS;
    expect([days(395), days(397)].map((now) => plan({ entries, now }).ledger.entries.length)).toEqual([1, 0]);
  });

  it('what was refused is not sent again for a day, unless something changed or somebody asks', () => {
    const problem = { code: 'refused-by-xero', message: '', fix: '' };
    const sent = 'bank|2026-11-21|5000|12000|AUTHORISED|';
    const entries = [unposted({ problem, refused: { at: NOW, sent, problem, times: 1 } })];
    expect(both({ entries })).toEqual([[], ['unposted: refused-by-xero']]);
    for (const varied of [
      { retry: true },
      { now: NOW + 24 * HOUR_MS },
      { settings: { paymentAccountId: 'till' } },
      { invoice: invoiceWith(0, { total: 13_000 }) },
      { news: [gesPayment({ revision: 2 })] },
    ])
      expect(stepsOf(plan({ entries, ...varied }))).toEqual(['post pay_1']);
  });
});

describe('E5: late and repeated news', () => {
  it.each<[string, Parameters<typeof situation>[0]]>([
    ['an older revision', { entries: [linkedEntry({ gesRevision: 3 })], news: [gesPayment({ revision: 2, amount: '60.00' })] }],
    ['an older deletion', { entries: [linkedEntry({ gesRevision: 3 })], deleted: ['pay_1'] }],
    ['a payment of Xero that is linked already', { entries: [linkedEntry()], read: [xeroPayment(), xeroPayment()] }],
    [
      'the payment that a replacement has retired',
      { entries: [linkedEntry({ xeroId: 'p2', retired: ['p1'] })], read: [deletedInXero()], invoice: invoiceWith(5_000) },
    ],
    [
      'a live row of it, older than its deletion',
      { entries: [linkedEntry({ xeroId: 'p2', retired: ['p1'] })], read: [xeroPayment()], invoice: invoiceWith(5_000) },
    ],
  ])('%s changes nothing', (_, varied) => {
    const decided = plan(varied);
    expect([stepsOf(decided), decided.ledger.entries]).toEqual([[], varied?.entries]);
  });

  it('of one PaymentID the deletion counts, whatever the order', () => {
    const read = [deletedInXero(), xeroPayment({ updatedAt: NOW + 1 })];
    for (const order of [read, read.toReversed()])
      expect(both({ entries: [linkedEntry()], read: order, invoice: invoiceWith(0) })[1]).toEqual(['waiting: removed-in-xero']);
  });

  it('where the ledger knows a newer revision than GES shows, GES is right', () => {
    const entries = [linkedEntry({ gesRevision: 3, ges: { amount: 6_000, date: '2026-11-21' } })];
    expect(plan({ entries, all: [gesPayment({ revision: 2 })] }).ledger.entries).toMatchObject([
      { gesRevision: 2, ges: { amount: 5_000 } },
    ]);
  });
});
