import { describe, expect, it } from '@jest/globals';
import type { Decision } from '../../../shared/domain/decision.ts';
import {
  DELETION_WAIT_MS,
  decideLinkedPayment,
  decideNewPayment,
  paymentFields,
  paymentIdIn,
  referenceOf,
  type PaymentContext,
} from '../../../shared/domain/payment.ts';
import type { GesPayment } from '../../../shared/domain/records.ts';
import type { PaymentElement, XeroPayment } from '../../../shared/domain/xero-invoice.ts';
import { facts, xeroInvoice, xeroPayment } from '../../support/money-facts.ts';

const payment = (varied: Partial<GesPayment> = {}): GesPayment => ({
  id: 'pay_1',
  revision: 1,
  invoiceId: 'inv_1',
  amount: '50.00',
  date: '2026-11-21',
  method: 'card',
  reference: 'SumUp 8841',
  updatedAt: '2026-11-21T10:00:00.000Z',
  ...varied,
});
const codeOf = (decision: Decision<PaymentElement>): string => ('problem' in decision ? decision.problem.code : decision.kind);
const post = (varied: Partial<GesPayment> = {}, context: Partial<PaymentContext> = {}) =>
  decideNewPayment(payment(varied), { facts: facts(), paymentAccountId: 'bank', invoice: xeroInvoice(), due: 12_000, ...context });

describe('D1: a payment that Xero does not have', () => {
  it('is posted to the chosen account with date, amount and our id first in the reference', () => {
    expect(post()).toMatchObject({
      xero: {
        op: 'create',
        element: { invoiceId: 'xero-1', accountId: 'bank', date: '2026-11-21', amount: 5_000, reference: 'pay_1 SumUp 8841' },
      },
    });
  });

  it('the reference fits Xero and gives the id back', () => {
    const long = referenceOf(payment({ reference: 'x'.repeat(300) }));
    expect(long).toHaveLength(255);
    expect([long, referenceOf(payment({ reference: '' }))].map(paymentIdIn)).toEqual(['pay_1', 'pay_1']);
    expect(paymentIdIn('')).toBe('');
  });

  it.each<[string, string, Partial<GesPayment>, Partial<PaymentContext>]>([
    ['D1: exactly what is due', 'act', { amount: '120.00' }, {}],
    ['D7: a penny more', 'more-than-owed', { amount: '120.01' }, {}],
    [
      'D7: the amount before CIS',
      'cis-gross-payment',
      { amount: '120.00' },
      { invoice: xeroInvoice({ cisDeduction: 2_000 }), due: 10_000 },
    ],
    ['D7: on a paid invoice', 'more-than-owed', {}, { invoice: xeroInvoice({ status: 'PAID' }), due: 0 }],
    ['A3: the invoice was never sent', 'not-followed', {}, { invoice: undefined }],
    ['D2: no account chosen', 'no-payment-account', {}, { paymentAccountId: null }],
    ['nothing', 'payment-not-positive', { amount: '0.00' }, {}],
    ['a refund', 'payment-not-positive', { amount: '-5.00' }, {}],
    ['C4: the invoice is void', 'invoice-not-open', {}, { invoice: xeroInvoice({ status: 'VOIDED' }), due: 0 }],
    ['the invoice is a draft', 'invoice-not-open', {}, { invoice: xeroInvoice({ status: 'DRAFT' }) }],
    ['C9: on the lock date', 'period-locked', {}, { facts: facts({ lockedUntil: '2026-11-21' }) }],
    ['C9: the day after', 'act', {}, { facts: facts({ lockedUntil: '2026-11-20' }) }],
  ])('%s: %s', (_, code, varied, context) => {
    expect(codeOf(post(varied, context))).toBe(code);
  });

  it('D7: says how much is too much', () => {
    expect(post({ amount: '140.00' })).toMatchObject({
      problem: { message: '£20.00 more than owed: £120.00 is due on this invoice in Xero.' },
    });
  });
});

describe('a linked payment', () => {
  const NOW = Date.parse('2026-11-22T12:00:00Z');
  const base = { ges: paymentFields(payment()) };
  const decide = (ges: Partial<GesPayment> | 'deleted', xero: Partial<XeroPayment> | undefined, lockedUntil = '') =>
    decideLinkedPayment(
      { fields: paymentFields(payment(ges === 'deleted' ? {} : ges)), deleted: ges === 'deleted' },
      xero === undefined ? undefined : xeroPayment(xero),
      base,
      { facts: facts(lockedUntil === '' ? {} : { lockedUntil }), now: NOW },
    );

  it.each<[string, string, Partial<GesPayment> | 'deleted', Partial<XeroPayment> | undefined, string]>([
    ['unchanged', 'act', {}, {}, ''],
    ['D5: deleted in GES', 'act', 'deleted', {}, ''],
    ['D5: deleted in GES, reconciled in Xero', 'payment-reconciled', 'deleted', { isReconciled: true }, ''],
    ['D5: deleted in GES, part of a batch in Xero', 'payment-in-batch', 'deleted', { isBatch: true }, ''],
    ['D5: deleted on both sides though it was reconciled', 'act', 'deleted', { isReconciled: true, status: 'DELETED' }, ''],
    ['C9: deleted in GES, locked in Xero', 'period-locked', 'deleted', {}, '2026-11-21'],
    ['C9: deleted in GES the day after the lock', 'act', 'deleted', {}, '2026-11-20'],
    ['D6: another amount', 'payment-changed', { amount: '60.00' }, {}, ''],
    ['D6: another date', 'payment-changed', { date: '2026-11-22' }, {}, ''],
    ['another reference is nothing that travels', 'act', { reference: 'new' }, {}, ''],
    ['gone from Xero altogether', 'payment-missing', {}, undefined, ''],
  ])('%s: %s', (_, code, ges, xero, lockedUntil) => {
    expect(codeOf(decide(ges, xero, lockedUntil))).toBe(code);
  });

  it('D5: each deletion is told to the other side once, and ends the record', () => {
    expect(decide('deleted', {})).toMatchObject({ xero: { op: 'update', element: { kind: 'delete' } }, tombstone: true });
    expect(decide({}, { status: 'DELETED' })).toMatchObject({ xero: { op: 'none' }, deleteInGes: true, tombstone: true });
    const [early, due] = [NOW - DELETION_WAIT_MS + 1, NOW - DELETION_WAIT_MS];
    expect(decide({}, { status: 'DELETED', updatedAt: early })).not.toHaveProperty('deleteInGes');
    expect(decide({}, { status: 'DELETED', updatedAt: due })).toMatchObject({ deleteInGes: true });
    const both = decide('deleted', { status: 'DELETED' });
    expect(both).toMatchObject({ xero: { op: 'none' }, tombstone: true });
    expect(both).not.toHaveProperty('deleteInGes');
  });
});
