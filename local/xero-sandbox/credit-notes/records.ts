import type { Line, LineAmountTypes } from '../documents/records.ts';
import type { InvoiceStatus } from '../invoices/records.ts';

export const CREDIT_NOTE_TYPES = ['ACCRECCREDIT', 'ACCPAYCREDIT'] as const;

/** How much of a credit note was set against one invoice. Amount in pence, date as UTC midnight. */
export interface Allocation {
  allocationId: string;
  invoiceId: string;
  amount: number;
  date: number;
}

/** A credit note for a customer (ACCRECCREDIT) or from a supplier. Amounts in pence, dates as UTC midnight, instants in epoch ms. */
export interface CreditNote {
  creditNoteId: string;
  tenantId: string;
  type: (typeof CREDIT_NOTE_TYPES)[number];
  /** Those of suppliers may have none. */
  number: string | undefined;
  reference: string | undefined;
  contactId: string;
  date: number;
  status: InvoiceStatus;
  lineAmountTypes: LineAmountTypes;
  lines: readonly Line[];
  currency: string;
  brandingThemeId: string | undefined;
  sentToContact: boolean;
  subTotal: number;
  totalTax: number;
  total: number;
  /** The CIS deduction taken back, and its rate in percent; absent without CIS labour. */
  cisDeduction?: number;
  cisRate?: number | undefined;
  allocations: readonly Allocation[];
  /** Paid back to the customer. */
  amountRefunded: number;
  fullyPaidOn: number | undefined;
  updated: number;
}

/** What is left to allocate or refund, in pence; like an invoice, net of CIS. Nothing is left of a void or deleted one. */
export function remainingCreditOf({ status, total, cisDeduction = 0, allocations, amountRefunded }: CreditNote): number {
  if (status === 'VOIDED' || status === 'DELETED') return 0;
  return total - cisDeduction - amountRefunded - allocations.reduce((sum, { amount }) => sum + amount, 0);
}

/** Whether some of it was allocated or paid back. */
export function isUsed({ allocations, amountRefunded }: CreditNote): boolean {
  return allocations.length > 0 || amountRefunded !== 0;
}
