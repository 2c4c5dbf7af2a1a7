import type { Line, LineAmountTypes } from '../documents/records.ts';

export type InvoiceType = 'ACCREC' | 'ACCPAY';
export const INVOICE_STATUSES = ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'PAID', 'VOIDED', 'DELETED'] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** An overpayment or prepayment set against an invoice: part of AmountCredited. Amount in pence, date as UTC midnight. */
export interface OtherCredit {
  kind: 'overpayment' | 'prepayment';
  id: string;
  amount: number;
  date: number;
}

/** A sales invoice (ACCREC) or bill (ACCPAY). Amounts in pence, document dates as UTC midnight, instants in epoch ms. */
export interface Invoice {
  invoiceId: string;
  tenantId: string;
  type: InvoiceType;
  number: string | undefined;
  reference: string | undefined;
  contactId: string;
  date: number;
  dueDate: number | undefined;
  expectedPaymentDate: number | undefined;
  plannedPaymentDate: number | undefined;
  status: InvoiceStatus;
  lineAmountTypes: LineAmountTypes;
  lines: readonly Line[];
  currency: string;
  currencyRate: number;
  brandingThemeId: string | undefined;
  url: string | undefined;
  sentToContact: boolean;
  subTotal: number;
  totalTax: number;
  total: number;
  totalDiscount: number;
  cisDeduction: number;
  /** Percent; set when a CIS deduction applies. */
  cisRate: number | undefined;
  amountPaid: number;
  /** Credit notes, overpayments and prepayments. */
  amountCredited: number;
  otherCredits?: readonly OtherCredit[];
  fullyPaidOn: number | undefined;
  /** The app that made it, for createdByMyApp. */
  madeBy: string | undefined;
  created: number;
  updated: number;
}

/** AmountDue = Total - AmountPaid - AmountCredited - CISDeduction; nothing is due on a void or deleted document. */
export function amountDueOf(invoice: Invoice): number {
  if (invoice.status === 'VOIDED' || invoice.status === 'DELETED') return 0;
  return invoice.total - invoice.amountPaid - invoice.amountCredited - invoice.cisDeduction;
}

/** Whether a payment or a credit lies on it. */
export function hasMoneyOn({ amountPaid, amountCredited }: Invoice): boolean {
  return amountPaid !== 0 || amountCredited !== 0;
}
