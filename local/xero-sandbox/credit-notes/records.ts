import type { Line, LineAmountTypes } from '../documents/records.ts';

/** How much of a credit note was set against one invoice. Amount in pence, date as UTC midnight. */
export interface Allocation {
  allocationId: string;
  invoiceId: string;
  amount: number;
  date: number;
}

/** A sales credit note. Amounts in pence, dates as UTC midnight, instants in epoch ms. */
export interface CreditNote {
  creditNoteId: string;
  tenantId: string;
  number: string;
  reference: string | undefined;
  contactId: string;
  date: number;
  status: 'DRAFT' | 'AUTHORISED' | 'PAID' | 'VOIDED';
  lineAmountTypes: LineAmountTypes;
  lines: readonly Line[];
  currency: string;
  subTotal: number;
  totalTax: number;
  total: number;
  /** The CIS deduction taken back, and its rate in percent; absent without CIS labour. */
  cisDeduction?: number;
  cisRate?: number | undefined;
  allocations: readonly Allocation[];
  /** Paid back to the customer. */
  amountRefunded: number;
  updated: number;
}

/** What is left to allocate or refund, in pence; like an invoice, net of CIS. */
export function remainingCreditOf({ total, cisDeduction = 0, allocations, amountRefunded }: CreditNote): number {
  return total - cisDeduction - amountRefunded - allocations.reduce((sum, { amount }) => sum + amount, 0);
}
