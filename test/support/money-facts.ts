import fc from 'fast-check';
import { invoiceTotals } from '../../local/ges-simulator/core/money.ts';
import type { GesInvoice, GesInvoiceLine, GesVat } from '../../shared/domain/records.ts';
import type { OrganisationFacts, XeroInvoice, XeroLine, XeroPayment } from '../../shared/domain/xero-invoice.ts';

/** Whole, believable money records for tests of the domain; a test names only what it varies. */

export const VATS: readonly GesVat[] = [
  'standard',
  'reduced',
  'zero',
  'exempt',
  'outside',
  'reverse-charge-standard',
  'reverse-charge-reduced',
];
export const RATES: Readonly<Record<string, number>> = {
  OUTPUT2: 20,
  RROUTPUT: 5,
  ZERORATEDOUTPUT: 0,
  EXEMPTOUTPUT: 0,
  DRCHARGE20: 0,
  DRCHARGE5: 0,
};

export function facts(varied: Partial<OrganisationFacts> = {}): OrganisationFacts {
  return {
    baseCurrency: 'GBP',
    vatRegistered: true,
    cisEnabled: true,
    cisRate: 20,
    accounts: [
      { accountId: 'sales', code: '200', status: 'ACTIVE', systemAccount: '' },
      { accountId: 'rounding', code: '860', status: 'ACTIVE', systemAccount: 'ROUNDING' },
      { accountId: 'labour', code: '210', status: 'ACTIVE', systemAccount: 'CISLABOURINCOME' },
    ],
    taxRates: Object.entries(RATES).map(([taxType, effectiveRate]) => ({
      taxType,
      status: 'ACTIVE',
      effectiveRate,
      canApplyToRevenue: true,
    })),
    mayApproveInvoices: true,
    ...varied,
  };
}

export function line(varied: Partial<GesInvoiceLine> = {}): GesInvoiceLine {
  const plain = { id: 'l1', description: 'Service', quantity: '1', unitPrice: '100.00', discountPercent: '0' };
  return { ...plain, vat: 'standard', cis: null, ...varied };
}

/** An issued invoice with the totals that GES computes, at a CIS rate of 20 %. */
export function invoice(varied: Partial<GesInvoice> = {}): GesInvoice {
  const { lines = [line()], pricesIncludeVat = false } = varied;
  const totals = invoiceTotals(lines, pricesIncludeVat, 20);
  return {
    id: 'inv_1',
    revision: 1,
    number: 'GES-1042',
    customerId: 'cus_1',
    status: 'issued',
    issueDate: '2026-11-20',
    dueDate: '2026-12-04',
    reference: 'Boiler',
    currency: 'GBP',
    pricesIncludeVat,
    lines,
    totals,
    balance: { paid: '0.00', credited: '0.00', due: totals.gross },
    paymentStatus: 'unpaid',
    webUrl: 'https://app.gasengineer.example/invoices/inv_1',
    updatedAt: '2026-11-20T10:00:00.000Z',
    ...varied,
  };
}

export function xeroLine(varied: Partial<XeroLine> = {}): XeroLine {
  return {
    lineItemId: 'x1',
    description: 'Service',
    quantity: '1',
    unitAmount: '100.00',
    discountRate: '0',
    discountAmount: 0,
    taxType: 'OUTPUT2',
    accountCode: '200',
    itemCode: '',
    tracking: [],
    ...varied,
  };
}

/** The Xero side of `invoice()`. */
export function xeroInvoice(varied: Partial<XeroInvoice> = {}): XeroInvoice {
  return {
    invoiceId: 'xero-1',
    type: 'ACCREC',
    number: 'GES-1042',
    contactId: 'contact-1',
    status: 'AUTHORISED',
    date: '2026-11-20',
    dueDate: '2026-12-04',
    reference: 'Boiler',
    url: '',
    currency: 'GBP',
    lineAmountTypes: 'Exclusive',
    lines: [xeroLine()],
    subTotal: 10_000,
    totalTax: 2_000,
    total: 12_000,
    cisDeduction: 0,
    amountDue: 12_000,
    amountPaid: 0,
    amountCredited: 0,
    updatedAt: 1,
    ...varied,
  };
}

export function xeroPayment(varied: Partial<XeroPayment> = {}): XeroPayment {
  return {
    paymentId: 'p1',
    invoiceId: 'xero-1',
    accountId: 'bank',
    date: '2026-11-21',
    amount: 5_000,
    reference: '',
    status: 'AUTHORISED',
    isReconciled: false,
    isBatch: false,
    updatedAt: 1,
    ...varied,
  };
}

/** A decimal string with up to `places` places, as GES writes them. */
export const decimal = (least: number, most: number, places: number): fc.Arbitrary<string> =>
  fc.integer({ min: least * 10 ** places, max: most * 10 ** places }).map((scaled) => {
    const digits = Math.abs(scaled)
      .toString()
      .padStart(places + 1, '0');
    return `${scaled < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  });

const discount = fc.oneof(fc.constant('0'), fc.constantFrom('5', '10', '33.3333', '100'), decimal(0, 100, 2));

/** Lines with all VAT kinds, fractions, discounts and credits; ids `l1`, `l2`, … */
export const anyLines = fc
  .array(
    fc.record({
      description: fc.constantFrom('Service', 'Fan', 'Callout', 'Flue'),
      quantity: fc.oneof(fc.constantFrom('1', '2', '1.5', '-1'), decimal(0, 40, 4)),
      unitPrice: fc.oneof(decimal(0, 400, 2), decimal(0, 400, 4)),
      discountPercent: discount,
      vat: fc.constantFrom(...VATS),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((lines) => lines.map((each, index): GesInvoiceLine => ({ ...each, id: `l${String(index + 1)}`, cis: null })));
