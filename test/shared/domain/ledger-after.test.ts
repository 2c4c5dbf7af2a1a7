import { describe, expect, it } from '@jest/globals';
import { afterSteps, asTwoPayments, invoiceAfter } from '../../../shared/domain/ledger-after.ts';
import { paymentStanding } from '../../../shared/domain/ledger-entry.ts';
import { decideLedger } from '../../../shared/domain/ledger-policy.ts';
import type { ChangeStep, EnterStep, LedgerEntry, PostStep, StepResult } from '../../../shared/domain/ledger.ts';
import {
  gesPayment,
  invoiceWith,
  ledgerOf,
  linkedEntry,
  NOW,
  situation,
  stepsOf,
  unentered,
  unposted,
} from '../../support/ledger-input.ts';
import { xeroPayment } from '../../support/money-facts.ts';

const after = (entries: readonly LedgerEntry[], ...results: readonly StepResult[]) => afterSteps(ledgerOf(...entries), results, NOW);
const entriesAfter = (entries: readonly LedgerEntry[], ...results: readonly StepResult[]) => after(entries, ...results).ledger.entries;

const post: PostStep = {
  kind: 'post',
  gesId: 'pay_1',
  element: { kind: 'create', invoiceId: 'xero-1', accountId: 'bank', date: '2026-11-21', amount: 5_000, reference: 'SumUp 8841 · pay_1' },
  sent: 'bank|2026-11-21|5000|12000|AUTHORISED|',
};
const enter: EnterStep = {
  kind: 'enter',
  xeroId: 'p1',
  key: 'xero-payment-p1',
  payment: { amount: '50.00', date: '2026-11-21', method: 'other', reference: '' },
};
const entering = unentered({ state: { kind: 'unentered', key: 'xero-payment-p1' } });
const remove = { kind: 'remove', gesId: 'pay_1', revision: 1 } as const;
const change: ChangeStep = { kind: 'change', gesId: 'pay_1', revision: 1, patch: { date: '2026-11-21' } };
const deletion = { kind: 'delete', xeroId: 'p1', amount: 5_000 } as const;
const waiting = linkedEntry({ state: { kind: 'waiting', until: NOW } });

describe('D1: posted', () => {
  it('is linked; nothing is left to do', () => {
    const entries = entriesAfter([unposted()], { outcome: 'posted', step: post, payment: xeroPayment() });
    expect(entries).toEqual([linkedEntry()]);
    expect(decideLedger(situation({ entries })).steps).toEqual([]);
  });

  it('D7: both amounts are kept, and the rest is asked about', () => {
    const problem = { code: 'more-than-owed', message: '', fix: '' };
    const entry = unposted({ ges: { amount: 14_000, date: '2026-11-21' } });
    const [linked] = entriesAfter([entry], { outcome: 'posted', step: { ...post, problem }, payment: xeroPayment({ amount: 12_000 }) });
    expect(linked).toMatchObject({ ges: { amount: 14_000 }, agreed: { amount: 14_000 }, xero: { amount: 12_000 }, problem });
  });

  it('D5: deleted in GES before the answer came: deleted in Xero next', () => {
    const ended: LedgerEntry = { born: 'ges', state: { kind: 'ended', at: NOW }, gesId: 'pay_1', gesRevision: 2 };
    const entries = entriesAfter([ended], { outcome: 'posted', step: post, payment: xeroPayment() });
    expect(stepsOf(decideLedger(situation({ entries, read: [xeroPayment()] })))).toEqual(['delete p1']);
  });

  it('F1: refused: asks in plain words, with Xero’s own as detail, and is not sent again', () => {
    const messages = ['Payment amount exceeds the amount outstanding on this document'];
    const entries = entriesAfter([unposted()], { outcome: 'refused', step: post, messages });
    expect(entries).toMatchObject([{ problem: { code: 'refused-by-xero', detail: messages[0] } }]);
    expect(decideLedger(situation({ entries })).steps).toEqual([]);
  });

  it('F3: the answer was lost: nothing is known, and nothing changes', () => {
    expect(entriesAfter([unposted()])).toEqual([unposted()]);
  });
});

describe('D3: entered in GES', () => {
  const done: StepResult = { outcome: 'entered', step: enter, payment: gesPayment({ method: 'other' }) };

  it('is linked, and told', () => {
    const { ledger, notes } = after([entering], done);
    expect(ledger.entries).toMatchObject([{ state: { kind: 'linked' }, born: 'xero', gesId: 'pay_1', xeroId: 'p1' }]);
    expect(notes).toMatchObject([{ code: 'payment-from-xero', gesId: 'pay_1', xeroId: 'p1' }]);
  });

  it('news of it came before the answer: one entry', () => {
    expect(entriesAfter([entering, unposted()], done)).toMatchObject([{ state: { kind: 'linked' }, gesId: 'pay_1', xeroId: 'p1' }]);
  });

  it('it has become another’s twin meanwhile: this one is made under another key', () => {
    const entries = entriesAfter([entering, linkedEntry({ xeroId: 'p2' })], done);
    expect(entries[0]?.state).toEqual({ kind: 'unentered', key: 'xero-payment-p1-besides-pay_1' });
    expect(entries[1]).toEqual(linkedEntry({ xeroId: 'p2' }));
  });

  it('D5: GES had deleted it meanwhile: deleted in Xero next', () => {
    const ended: LedgerEntry = { born: 'ges', state: { kind: 'ended', at: NOW }, gesId: 'pay_1', gesRevision: 2 };
    expect(entriesAfter([entering, ended], done)).toMatchObject([{ state: { kind: 'deleting' }, gesId: 'pay_1', gesRevision: 2 }]);
  });

  it('D5: Xero had deleted it meanwhile: it waits to be removed, a quarter of an hour after the deletion', () => {
    const gone = unentered({ state: { kind: 'unentered', key: 'xero-payment-p1', deletedAt: NOW - 60_000 } });
    expect(entriesAfter([gone], done)).toMatchObject([{ state: { kind: 'waiting', until: NOW + 14 * 60_000 } }]);
  });

  it('D6: changed in GES before we came back: the change is seen', () => {
    const entries = entriesAfter([entering], { ...done, payment: gesPayment({ revision: 2, amount: '60.00' }) });
    expect(stepsOf(decideLedger(situation({ entries, read: [xeroPayment()] })))).toEqual(['delete p1']);
  });

  it('refused by GES: asks, may still turn out to be another, and is nobody’s once Xero has deleted it', () => {
    const refusal: StepResult = { outcome: 'refused', step: enter, messages: ['invoice-not-issued'] };
    const entries = entriesAfter([entering], refusal);
    expect(entries).toMatchObject([{ state: { kind: 'unentered' }, problem: { code: 'refused-by-ges', detail: 'invoice-not-issued' } }]);
    expect(entries[0]?.state).not.toHaveProperty('key');
    expect(decideLedger(situation({ entries, all: [], read: [xeroPayment()] })).steps).toEqual([]);
    const gone = unentered({ state: { kind: 'unentered', key: 'xero-payment-p1', deletedAt: NOW } });
    expect(entriesAfter([gone], refusal)).toEqual([]);
  });
});

describe('D5: deletions', () => {
  const deleting = linkedEntry({ state: { kind: 'deleting' } });

  it.each(['deleted', 'gone'] as const)('in Xero, %s: ended on both sides', (outcome) => {
    expect(entriesAfter([deleting], { outcome, step: deletion })).toMatchObject([
      { state: { kind: 'ended' }, gesId: 'pay_1', xeroId: 'p1' },
    ]);
  });

  it.each([
    ['This payment has been reconciled', 'payment-reconciled'],
    ['Payments within a batch cannot be deleted.', 'payment-in-batch'],
    [
      'The document cannot be edited as it is currently dated before the end of year lock date, currently set at 30-Nov-2018',
      'period-locked',
    ],
    ['Something else', 'refused-by-xero'],
  ])('refused by Xero (%s): put back in GES (%s)', (message, code) => {
    const entries = entriesAfter([deleting], { outcome: 'refused', step: deletion, messages: [message] });
    expect(entries).toMatchObject([
      { state: { kind: 'ended' }, gesId: 'pay_1' },
      { state: { kind: 'unentered' }, told: { code } },
    ]);
    const decided = decideLedger(situation({ entries, all: [], read: [xeroPayment()] }));
    expect(stepsOf(decided)).toEqual(['enter p1']);
    const results = decided.steps.map((step) => ({ outcome: 'entered', step, payment: gesPayment({ id: 'pay_2' }) }) as StepResult);
    const { ledger, notes } = afterSteps(decided.ledger, results, NOW);
    expect(ledger.entries[1]).toMatchObject({ state: { kind: 'linked' }, gesId: 'pay_2', told: { code } });
    expect(notes).toMatchObject([{ code: 'put-back' }]);
    expect(decideLedger(situation({ entries: ledger.entries })).steps).toEqual([]);
  });

  it.each(['removed', 'gone'] as const)('in GES, %s: ended on both sides', (outcome) => {
    expect(entriesAfter([waiting], { outcome, step: remove })).toMatchObject([{ state: { kind: 'ended' } }]);
  });

  it('in GES, but it was edited there: E4, it is posted anew', () => {
    const payment = gesPayment({ revision: 2, amount: '60.00' });
    const entries = entriesAfter([waiting], { outcome: 'conflict', step: remove, payment });
    expect(stepsOf(decideLedger(situation({ entries })))).toEqual(['post pay_1']);
  });

  it('in GES, which has moved on and does not say to what: its payments are read', () => {
    const { ledger } = after([waiting], { outcome: 'conflict', step: remove });
    expect(decideLedger({ ...situation(), ledger }).reads).toEqual({ ges: true });
  });

  it('refused by GES: asks, and is not sent again', () => {
    const entries = entriesAfter([waiting], { outcome: 'refused', step: remove, messages: ['no'] });
    const decided = decideLedger(situation({ entries }));
    expect([stepsOf(decided), decided.ledger.entries[0]?.problem?.code]).toEqual([[], 'refused-by-ges']);
  });
});

describe('D6: replaced', () => {
  const replacing = linkedEntry({
    state: { kind: 'replacing', accountId: 'bank' },
    ges: { amount: 6_000, date: '2026-11-21' },
    gesRevision: 2,
  });

  it.each(['deleted', 'gone'] as const)('the old one is %s: the new one is posted', (outcome) => {
    const entries = entriesAfter([replacing], { outcome, step: deletion });
    expect(entries).toMatchObject([{ state: { kind: 'unposted', afterDeletion: { accountId: 'bank' } }, retired: ['p1'] }]);
    expect(stepsOf(decideLedger(situation({ entries })))).toEqual(['post pay_1']);
  });

  it('the deletion is refused: what GES changed is put back, and told', () => {
    const entries = entriesAfter([replacing], { outcome: 'refused', step: deletion, messages: ['reconciled'] });
    const decided = decideLedger(situation({ entries, read: [xeroPayment()] }));
    expect(decided.steps).toMatchObject([
      { kind: 'change', patch: { amount: '50.00', date: '2026-11-21' }, told: { code: 'payment-reconciled' } },
    ]);
    const results = decided.steps.map((step) => ({ outcome: 'changed', step, payment: gesPayment({ revision: 3 }) }) as StepResult);
    const { ledger, notes } = afterSteps(decided.ledger, results, NOW);
    expect(ledger.entries).toMatchObject([{ gesRevision: 3, ges: { amount: 5_000 }, told: { code: 'payment-reconciled' } }]);
    expect(notes).toMatchObject([{ code: 'put-back' }]);
  });

  it('our own putting back, whose answer was lost, comes as news: the person is told all the same', () => {
    const entries = entriesAfter([replacing], { outcome: 'refused', step: deletion, messages: ['reconciled'] });
    const { ledger } = decideLedger(situation({ entries, read: [xeroPayment()] }));
    const later = decideLedger(situation({ entries: ledger.entries, news: [gesPayment({ revision: 3 })] }));
    expect([stepsOf(later), later.ledger.entries[0]?.problem?.code]).toEqual([[], 'payment-reconciled']);
  });

  it('the second step is refused: tried once more, then a person is asked', () => {
    const [entry] = entriesAfter([replacing], { outcome: 'deleted', step: deletion });
    const refusal = { outcome: 'refused', step: { ...post, sent: 'bank|2026-11-21|6000|12000|AUTHORISED|' }, messages: ['no'] } as const;
    const once = entriesAfter(entry === undefined ? [] : [entry], refusal);
    expect(stepsOf(decideLedger(situation({ entries: once })))).toEqual(['post pay_1']);
    const twice = decideLedger(situation({ entries: entriesAfter(once, refusal) }));
    expect([stepsOf(twice), twice.ledger.entries[0]?.problem?.code]).toEqual([[], 'refused-by-xero']);
  });
});

describe('D4: Xero’s date in GES', () => {
  const entry = linkedEntry({ ges: { amount: 5_000, date: '2026-11-20' }, agreed: { amount: 5_000, date: '2026-11-20' } });

  it('changed: agreed', () => {
    const { ledger, notes } = after([entry], { outcome: 'changed', step: change, payment: gesPayment({ revision: 2 }) });
    expect(ledger.entries).toEqual([linkedEntry({ gesRevision: 2 })]);
    expect(notes).toMatchObject([{ code: 'date-from-xero' }]);
  });

  it('gone in GES: deleted in Xero next; refused: asks', () => {
    expect(entriesAfter([entry], { outcome: 'gone', step: change })).toMatchObject([{ state: { kind: 'deleting' } }]);
    const entries = entriesAfter([entry], { outcome: 'refused', step: change, messages: ['no'] });
    expect(decideLedger(situation({ entries }))).toMatchObject({
      steps: [],
      ledger: { entries: [{ problem: { code: 'refused-by-ges' } }] },
    });
  });
});

describe('C12: credited', () => {
  it('GES shows it: nothing more is to be told', () => {
    const { ledger, notes } = after([], { outcome: 'credited', amount: 3_000 });
    expect(notes).toMatchObject([{ code: 'credited-in-xero' }]);
    expect(decideLedger({ ...situation({ invoice: invoiceWith(0, { amountCredited: 3_000 }) }), ledger })).not.toHaveProperty('credited');
  });
});

describe('the invoice after our own steps', () => {
  it('shows what they paid and deleted', () => {
    const posted: StepResult = { outcome: 'posted', step: post, payment: xeroPayment({ amount: 12_000 }) };
    expect(invoiceAfter(invoiceWith(0), [posted])).toEqual(invoiceWith(12_000));
    expect(invoiceAfter(invoiceWith(5_000), [{ outcome: 'deleted', step: deletion }])).toEqual(invoiceWith(0));
    expect(invoiceAfter(invoiceWith(5_000), [{ outcome: 'gone', step: deletion }])).toEqual(invoiceWith(5_000));
  });
});

describe('D4: "these are two payments"', () => {
  it('stops the question; knows nothing of others', () => {
    const asked = unposted({ problem: { code: 'which-invoice', message: '', fix: '' } });
    expect(asTwoPayments(ledgerOf(asked, linkedEntry({ gesId: 'pay_2' })), 'pay_1').entries).toEqual([
      unposted({ distinct: true }),
      linkedEntry({ gesId: 'pay_2' }),
    ]);
    expect(asTwoPayments(ledgerOf(waiting), 'pay_1').entries).toEqual([waiting]);
  });
});

describe('what the row of a payment shows', () => {
  const problem = { code: 'more-than-owed', message: '', fix: '' };
  it.each<[string, LedgerEntry, string]>([
    ['linked', linkedEntry(), 'synced'],
    ['with a problem', linkedEntry({ problem }), 'attention'],
    ['D5: removed in Xero, waiting', { ...waiting, problem: { ...problem, code: 'removed-in-xero' } }, 'pending'],
    ['on its way', unposted(), 'pending'],
    ['D1: left to the bank feed', unposted({ state: { kind: 'left-to-bank-feed' } }), 'not-followed'],
  ])('%s: %s', (_, entry, status) => {
    expect(paymentStanding(entry, true).status).toBe(status);
  });

  it('A3: on an invoice that was never sent: not followed', () => {
    expect(paymentStanding(unposted(), false)).toEqual({ status: 'not-followed' });
  });
});
