import { describe, expect, it } from '@jest/globals';
import { allocationFor, asCredit, isCredit, released, toRelease, usedOf } from '../../../shared/domain/credit.ts';
import { invoice, line, xeroInvoice } from '../../support/money-facts.ts';

const allocation = { allocationId: 'a1', invoiceId: 'xero-1', amount: 5_000 };
/** £120.00, of which £50.00 are set against `xero-1`. */
const credit = xeroInvoice({
  invoiceId: 'credit-1',
  total: -12_000,
  amountDue: -7_000,
  amountCredited: -5_000,
  credit: { allocations: [allocation] },
});
const fields = { lines: 'a', issueDate: '2026-11-20', status: 'issued' };

describe('C13: credits', () => {
  it.each([
    ['0.00', false],
    ['-0.01', true],
    ['0.01', false],
    [undefined, false],
  ])('a gross of %s is a credit: %s', (gross, is) => {
    expect(isCredit(gross)).toBe(is);
  });

  it.each([
    [{ quantity: '-2', unitPrice: '10.00', discountPercent: '0' }, ['2', '-10.00', '0']],
    [{ quantity: '1', unitPrice: '-10.00', discountPercent: '33.3333' }, ['1', '-6.6667', '0']],
    [{ quantity: '-1.5', unitPrice: '-10.00', discountPercent: '10' }, ['1.5', '9.00', '0']],
    [{ quantity: '1', unitPrice: '-10.00', discountPercent: '0' }, ['1', '-10.00', '0']],
  ])('%j goes as %j', (varied, sent) => {
    const [only] = asCredit(invoice({ lines: [line(varied)] }), undefined).lines;
    expect([only?.quantity, only?.unitPrice, only?.discountPercent]).toEqual(sent);
  });

  it('its reference names the invoice that it credits, where that is known', () => {
    expect(asCredit(invoice(), 'GES-7').reference).toBe('Credit of GES-7');
    expect(asCredit(invoice(), undefined).reference).toBe('Boiler');
  });

  it('what is used of it: allocations and refunds; nothing of a void one', () => {
    expect(usedOf(credit)).toBe(5_000);
    expect(usedOf({ ...credit, amountDue: -6_000 })).toBe(6_000);
    expect(usedOf({ ...credit, cisDeduction: -2_000, amountDue: -5_000 })).toBe(5_000);
    expect(usedOf({ ...credit, status: 'VOIDED', amountDue: 0 })).toBe(0);
    expect(usedOf(released(credit, [allocation]))).toBe(0);
  });

  it.each<[string, number, Parameters<typeof xeroInvoice>[0]]>([
    ['what is due on the invoice', 3_000, { amountDue: 3_000 }],
    ['at most what is left of the credit', 7_000, { amountDue: 12_000 }],
    ['nothing on a paid one', 0, { amountDue: 0, status: 'PAID' }],
    ['nothing on one of another contact', 0, { contactId: 'contact-2' }],
  ])('is set against its invoice: %s', (_, amount, varied) => {
    expect(allocationFor({ ...credit, status: 'AUTHORISED' }, xeroInvoice(varied))).toBe(amount);
    expect(allocationFor(credit, undefined)).toBe(0);
  });

  it.each<[string, boolean, Parameters<typeof toRelease>[0], Partial<typeof credit>, string | undefined]>([
    ['its lines changed in GES', true, { fields: { ...fields, lines: 'b' }, isDeleted: false }, {}, undefined],
    ['void in GES', true, { fields: { ...fields, status: 'void' }, isDeleted: false }, {}, undefined],
    ['deleted in GES', true, { fields, isDeleted: true }, {}, undefined],
    ['nothing but the reference changed', false, { fields: { ...fields, reference: 'b' }, isDeleted: false }, {}, undefined],
    ['a part was refunded', false, { fields: { ...fields, lines: 'b' }, isDeleted: false }, { amountDue: -6_000 }, undefined],
    ['its date is locked', false, { fields: { ...fields, lines: 'b' }, isDeleted: false }, {}, '2026-11-20'],
    ['back to draft', false, { fields: { ...fields, lines: 'b', status: 'draft' }, isDeleted: false }, {}, undefined],
  ])('%s: our allocation is taken back: %s', (_, isTaken, ges, varied, lockedUntil) => {
    const gone = toRelease(ges, fields, { ...credit, ...varied }, 'xero-1', lockedUntil === undefined ? {} : { lockedUntil });
    expect(gone).toEqual(isTaken ? [allocation] : []);
    expect(toRelease(ges, fields, credit, 'xero-2', {})).toEqual([]);
  });
});
