import { describe, expect, it } from '@jest/globals';
import { decideLedger } from '../../../shared/domain/ledger-policy.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger.ts';
import {
  deletedInXero,
  gesPayment,
  invoiceWith,
  linkedEntry,
  NOW,
  situation,
  standingsOf,
  stepsOf,
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
describe('D5: deleted in GES', () => {
  it('is deleted in Xero, after it was read as it is now', () => {
    expect(plan({ entries: [linkedEntry()], deleted: ['pay_1'] })).toMatchObject({
      steps: [],
      reads: { deletions: { xeroIds: ['p1'], from: '2026-11-21', to: '2026-11-21' } },
    });
    expect(both({ entries: [linkedEntry()], deleted: ['pay_1'], read: [xeroPayment()] })).toEqual([['delete p1'], ['deleting']]);
  });

  it('a whole list without it says the same; news of others does not', () => {
    expect(both({ entries: [linkedEntry()], all: [], read: [xeroPayment()] })).toEqual([['delete p1'], ['deleting']]);
    expect(both({ entries: [linkedEntry()], read: [xeroPayment()] })).toEqual([[], ['linked']]);
  });

  it('F3: what we posted for it is deleted, although its answer was lost and the deletion came first; a copy of our reference is not', () => {
    const inXero = xeroPayment({ reference: 'pay_1' });
    expect(both({ all: [], read: [{ ...inXero, postedFor: 'pay_1' }] })).toEqual([['delete p1'], ['deleting']]);
    expect(both({ all: [], read: [inXero] })[1]).toEqual(['unentered']);
  });

  it.each<[string, string, Parameters<typeof xeroPayment>[0], string | undefined]>([
    ['reconciled', 'payment-reconciled', { isReconciled: true }, undefined],
    ['part of a batch', 'payment-in-batch', { isBatch: true }, undefined],
    ['C9: locked', 'period-locked', {}, '2026-11-21'],
  ])('%s in Xero: put back in GES at once, and told (%s)', (_, code, varied, lockedUntil) => {
    const entries = [linkedEntry({ method: 'cash' })];
    const decided = plan({
      entries,
      deleted: ['pay_1'],
      read: [xeroPayment(varied)],
      facts: facts(lockedUntil === undefined ? {} : { lockedUntil }),
    });
    expect(standingsOf(decided)).toEqual(['ended', `unentered: ${code}`]);
    expect(decided.steps).toMatchObject([
      { kind: 'enter', key: 'xero-payment-p1-instead-of-pay_1', payment: { amount: '50.00', method: 'cash', reference: 'SumUp 8841' } },
    ]);
    expect(decided.ledger.entries[1]?.problem?.fix).toMatch(/^Open it in Xero/);
  });

  it('never sent: nothing is deleted; one that nobody knows leaves a tombstone, which late news does not wake (E5)', () => {
    expect(both({ entries: [unposted()], deleted: ['pay_1'] })).toEqual([[], ['ended']]);
    const gone = plan({ deleted: ['pay_1'] });
    expect(both({ entries: gone.ledger.entries, news: [gesPayment()] })).toEqual([[], ['ended']]);
  });

  it('deleted on both sides: nothing is left to do, though it was reconciled', () => {
    const read = [deletedInXero({ isReconciled: true })];
    expect(both({ entries: [linkedEntry()], deleted: ['pay_1'], read })).toEqual([[], ['ended']]);
    const waiting = linkedEntry({ state: { kind: 'waiting', until: NOW + HOUR_MS } });
    expect(both({ entries: [waiting], deleted: ['pay_1'] })).toEqual([[], ['ended']]);
  });

  it('F9: the brake stops deletions, not creations', () => {
    const brake = { code: 'many-deletions', message: 'Many.', fix: 'Go on.' };
    const decided = plan({
      entries: [linkedEntry()],
      deleted: ['pay_1'],
      read: [xeroPayment()],
      news: [gesPayment({ id: 'pay_2' })],
      brake: { ges: brake, xero: brake },
    });
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([['post pay_2'], ['deleting: many-deletions', 'unposted']]);
  });
});

describe('D5: deleted in Xero', () => {
  it.each<[string, LedgerEntry['born'], number]>([
    ['born in GES: 24 hours', 'ges', 24 * HOUR_MS],
    ['born in Xero: a quarter of an hour', 'xero', 15 * MINUTE_MS],
  ])('%s', (_, born, wait) => {
    const decided = plan({ entries: [linkedEntry({ born })], read: [deletedInXero()] });
    expect(decided).toMatchObject({ steps: [], wakeAt: NOW + wait });
    expect(standingsOf(decided)).toEqual(['waiting: removed-in-xero']);
    const { entries } = decided.ledger;
    expect(both({ entries, now: NOW + wait - 1 })).toEqual([[], ['waiting: removed-in-xero']]);
    expect(plan({ entries, now: NOW + wait }).steps).toEqual([{ kind: 'remove', gesId: 'pay_1', revision: 1 }]);
  });

  it('E4: an edit of the money in GES beats the deletion: it is posted anew', () => {
    const waiting = linkedEntry({ state: { kind: 'waiting', until: NOW + HOUR_MS } });
    expect(both({ entries: [waiting], news: [gesPayment({ revision: 2, amount: '60.00' })] })).toEqual([['post pay_1'], ['unposted']]);
    expect(both({ entries: [waiting], news: [gesPayment({ revision: 2, reference: 'new' })] })).toEqual([[], ['waiting: removed-in-xero']]);
  });

  it('nothing is removed in GES while Xero has money that is not explained: it may be what takes its place', () => {
    const waiting = linkedEntry({ state: { kind: 'waiting', until: NOW } });
    const decided = plan({ entries: [waiting], invoice: invoiceWith(5_000) });
    expect([stepsOf(decided), decided.reads]).toEqual([[], { unexplained: true }]);
  });

  it('a linked payment that Xero does not know at all asks, until it is there again', () => {
    const decided = plan({ entries: [linkedEntry()], isComplete: true, invoice: invoiceWith(0) });
    expect(standingsOf(decided)).toEqual(['linked: payment-missing']);
    expect(both({ entries: decided.ledger.entries, read: [xeroPayment()] })).toEqual([[], ['linked']]);
  });
});

describe('D6: changed in GES', () => {
  const changed = { amount: '60.00', revision: 2 };
  const change = (varied: Parameters<typeof situation>[0] = {}, patch: Parameters<typeof gesPayment>[0] = changed) =>
    plan({ entries: [linkedEntry()], news: [gesPayment(patch)], read: [xeroPayment()], ...varied });

  it('the old payment is retired, which is stored before its deletion is sent', () => {
    expect(change()).toMatchObject({
      commitFirst: true,
      steps: [{ kind: 'delete', xeroId: 'p1', amount: 5_000 }],
      ledger: { entries: [{ state: { kind: 'replacing', accountId: 'bank' } }] },
    });
  });

  it('asks for the payment as it is now first', () => {
    expect(change({ read: [] })).toMatchObject({ steps: [], reads: { deletions: { xeroIds: ['p1'] } }, commitFirst: false });
  });

  it.each<[string, string, Parameters<typeof situation>[0], Parameters<typeof gesPayment>[0]]>([
    ['more than is due after the deletion', 'more-than-owed', {}, { revision: 2, amount: '120.01' }],
    ['on a day that is locked', 'period-locked', { facts: facts({ lockedUntil: '2026-11-20' }) }, { revision: 2, date: '2026-11-20' }],
    [
      'with no account that is active',
      'payment-account-archived',
      { settings: { paymentAccountId: 'old' }, read: [xeroPayment({ accountId: 'old' })] },
      changed,
    ],
    ['to nothing', 'payment-not-positive', {}, { revision: 2, amount: '0.00' }],
  ])('%s: asks, and nothing is deleted (%s)', (_, code, varied, patch) => {
    const decided = change(varied, patch);
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([[], [`linked: ${code}`]]);
  });

  it('exactly what is due after the deletion goes', () => {
    expect(stepsOf(change({}, { revision: 2, amount: '120.00' }))).toEqual(['delete p1']);
  });

  it.each<[string, string, Parameters<typeof xeroPayment>[0], string | undefined]>([
    ['reconciled', 'payment-reconciled', { isReconciled: true }, undefined],
    ['part of a batch', 'payment-in-batch', { isBatch: true }, undefined],
    ['C9: locked', 'period-locked', {}, '2026-11-21'],
  ])('D5: %s in Xero: put back in GES at once, and told (%s)', (_, code, varied, lockedUntil) => {
    const patch = { revision: 2, amount: '60.00', date: '2026-11-22' };
    const decided = change({ read: [xeroPayment(varied)], facts: facts(lockedUntil === undefined ? {} : { lockedUntil }) }, patch);
    expect(decided.steps).toMatchObject([{ kind: 'change', gesId: 'pay_1', revision: 2, patch: { amount: '50.00', date: '2026-11-21' } }]);
    expect(standingsOf(decided)).toEqual([`linked: ${code}`]);
  });

  it.each<[string, Parameters<typeof gesPayment>[0]]>([
    ['method', { revision: 2, method: 'cash' }],
    ['reference', { revision: 2, reference: 'new' }],
  ])('%s alone moves nothing; nor do settings', (_, patch) => {
    const decided = change({ settings: { paymentAccountId: 'till' } }, patch);
    expect([stepsOf(decided), standingsOf(decided)]).toEqual([[], ['linked']]);
  });

  it.each<[string, string, Parameters<typeof gesPayment>[0], string]>([
    ['settings moved on: the account where it was', 'bank', changed, 'bank'],
    ['the method changed, too: the account of the new one', 'till', { ...changed, method: 'cash' }, 'bank'],
    ['that account is archived by now: the chosen one', 'till', changed, 'old'],
  ])('%s', (_, accountId, patch, before) => {
    const decided = change({ settings: { paymentAccountId: 'till' }, read: [xeroPayment({ accountId: before })] }, patch);
    expect(decided.ledger.entries[0]?.state).toEqual({ kind: 'replacing', accountId });
  });

  it('the retired payment is deleted: the new one is posted where the old one was', () => {
    const replacing = linkedEntry({ state: { kind: 'replacing', accountId: 'till' }, ges: { amount: 6_000, date: '2026-11-21' } });
    const decided = plan({ entries: [replacing], read: [deletedInXero()] });
    expect(decided.steps).toMatchObject([{ kind: 'post', element: { amount: 6_000, accountId: 'till' } }]);
    expect(decided.ledger.entries).toMatchObject([{ retired: ['p1'] }]);
  });

  it('changed back, but the deletion may have got through: Xero is asked first', () => {
    const replacing = linkedEntry({ state: { kind: 'replacing', accountId: 'bank' }, ges: { amount: 6_000, date: '2026-11-21' } });
    const decided = plan({ entries: [replacing], news: [gesPayment({ revision: 3 })], invoice: invoiceWith(5_000) });
    expect([standingsOf(decided), decided.reads]).toMatchObject([['replacing'], { deletions: { xeroIds: ['p1'] } }]);
  });

  it('changed back before the deletion got anywhere: linked again', () => {
    const replacing = linkedEntry({ state: { kind: 'replacing', accountId: 'bank' }, ges: { amount: 6_000, date: '2026-11-21' } });
    const varied = { entries: [replacing], news: [gesPayment({ revision: 3 })], read: [xeroPayment()] };
    expect(both(varied)).toEqual([[], ['linked']]);
  });

  it('another payment waits for what the deletion leaves due, and nobody is asked', () => {
    const decided = change({ news: [gesPayment({ revision: 2, amount: '20.00' }), gesPayment({ id: 'pay_2', amount: '100.00' })] });
    expect([stepsOf(decided), standingsOf(decided), decided.more]).toEqual([['delete p1'], ['replacing', 'unposted'], true]);
  });
});
