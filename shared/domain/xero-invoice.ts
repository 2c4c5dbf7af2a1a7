/**
 * Xero's sales invoices and payments in neutral words: what the mapping in `shared/xero/` makes of Xero's answers. Money is in whole pence,
 * quantities and prices are decimal strings, dates are `YYYY-MM-DD`, instants epoch milliseconds. Empty strings mean "not given".
 */

export type XeroInvoiceStatus = 'DRAFT' | 'SUBMITTED' | 'AUTHORISED' | 'PAID' | 'VOIDED' | 'DELETED';
export type LineAmountTypes = 'Exclusive' | 'Inclusive' | 'NoTax';

export interface XeroLine {
  readonly lineItemId: string;
  readonly description: string;
  /** Up to 4 decimals, without trailing zeros: "1.5". */
  readonly quantity: string;
  /** Up to 4 decimals, at least 2: "85.00", "0.8125". */
  readonly unitAmount: string;
  /** Percent, without trailing zeros; "0" when none. */
  readonly discountRate: string;
  /** A discount as an amount instead of a rate: nothing that GES can hold. Pence; 0 when none. */
  readonly discountAmount: number;
  readonly taxType: string;
  readonly accountCode: string;
  readonly itemCode: string;
  /** As Xero gave it, to be sent back untouched (C2: a bookkeeper's recoding is never undone). */
  readonly tracking: readonly unknown[];
}

export interface XeroInvoice {
  readonly invoiceId: string;
  readonly type: 'ACCREC' | 'ACCPAY';
  readonly number: string;
  readonly contactId: string;
  readonly status: XeroInvoiceStatus;
  readonly date: string;
  readonly dueDate: string;
  readonly reference: string;
  /** "Go to" link: for invoices that we made, the GES address of the invoice (C1). */
  readonly url: string;
  readonly currency: string;
  readonly lineAmountTypes: LineAmountTypes;
  readonly lines: readonly XeroLine[];
  readonly subTotal: number;
  readonly totalTax: number;
  readonly total: number;
  readonly cisDeduction: number;
  readonly amountDue: number;
  readonly amountPaid: number;
  readonly amountCredited: number;
  readonly updatedAt: number;
  /** It is a credit note, read as an invoice with all signs turned: `total` is below zero, `amountDue` is what is left of it (C13). */
  readonly credit?: { readonly allocations: readonly Allocation[] };
}

/** How much of a credit note is set against one invoice, pence. */
export interface Allocation {
  readonly allocationId: string;
  readonly invoiceId: string;
  readonly amount: number;
}

/** A line as it is sent. Without `lineItemId` it is a new line; lines not sent at all are deleted by Xero. Empty strings are not sent. */
export interface OutgoingLine {
  readonly lineItemId?: string;
  /** The GES line that it is; not sent. */
  readonly gesId?: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitAmount: string;
  /** Absent: the discount of a line that Xero has already stays what it is. */
  readonly discountRate?: string;
  /** A discount that was typed as an amount, pence: it stays an amount (C2b). */
  readonly discountAmount?: number;
  readonly taxType: string;
  readonly accountCode: string;
  readonly itemCode?: string;
  readonly tracking?: readonly unknown[];
}

/** A new invoice, created AUTHORISED (A4), the first of its kind as a draft (C7a). Contact by ContactID only (C1). */
export interface NewInvoice {
  readonly kind: 'create';
  /** Created as a draft, to be compared and approved (C7a). */
  readonly isDraft?: true;
  readonly contactId: string;
  readonly number: string;
  readonly date: string;
  readonly dueDate: string;
  readonly reference: string;
  readonly url: string;
  readonly lineAmountTypes: LineAmountTypes;
  readonly lines: readonly OutgoingLine[];
}
/** What an existing invoice is to be told; only named fields are sent. */
export interface InvoiceChange {
  readonly kind: 'change';
  readonly number?: string;
  readonly date?: string;
  readonly dueDate?: string;
  readonly reference?: string;
  readonly lineAmountTypes?: LineAmountTypes;
  readonly lines?: readonly OutgoingLine[];
}
/** Status alone, nothing else: AUTHORISED → VOIDED, DRAFT or SUBMITTED → DELETED. */
export interface InvoiceEnd {
  readonly kind: 'end';
  readonly status: 'VOIDED' | 'DELETED';
}
/** Status alone: a draft that was compared is approved (C7a). */
export interface InvoiceApproval {
  readonly kind: 'approve';
}
export type InvoiceElement = NewInvoice | InvoiceChange | InvoiceEnd | InvoiceApproval;

export interface XeroPayment {
  readonly paymentId: string;
  readonly invoiceId: string;
  readonly accountId: string;
  readonly date: string;
  readonly amount: number;
  readonly reference: string;
  readonly status: 'AUTHORISED' | 'DELETED';
  readonly isReconciled: boolean;
  /** Part of a batch payment: cannot be deleted singly. */
  readonly isBatch: boolean;
  readonly updatedAt: number;
  /** The GES payment that we know to have posted it for: its intent says so. Xero does not tell it. */
  readonly postedFor?: string;
}

export type PaymentElement =
  | {
      readonly kind: 'create';
      readonly invoiceId: string;
      readonly accountId: string;
      readonly date: string;
      /** Pence, at most what is due (D1). */
      readonly amount: number;
      /** Carries our payment id (D1). */
      readonly reference: string;
    }
  | { readonly kind: 'delete' };

/** What an organisation's set-up says about what may be sent; read from Xero and kept (FACTS). */
export interface OrganisationFacts {
  readonly baseCurrency: string;
  /** False: lines go as NONE, and invoices that charge VAT are not posted (C5). */
  readonly vatRegistered: boolean;
  /** `YYYY-MM-DD`: nothing dated on or before can be posted (C9). The later one of period and year-end lock date. */
  readonly lockedUntil?: string;
  readonly cisEnabled: boolean;
  /** The organisation's own CIS rate in percent, when CIS is on (C8). */
  readonly cisRate: number;
  readonly accounts: readonly FactAccount[];
  readonly taxRates: readonly FactTaxRate[];
  /** Small plans limit how many invoices may be approved (Organisation/Actions). */
  readonly mayApproveInvoices: boolean;
  /** Kinds of documents that Xero has been seen to take as we predict (C7a). */
  readonly provenKinds: readonly DocumentKind[];
}
/** What no source settles is tried on the first document of its kind (C7a). */
export type DocumentKind = 'reverse-charge' | 'cis' | 'credit' | 'converted-inclusive';
export interface FactAccount {
  readonly accountId: string;
  readonly code: string;
  readonly status: 'ACTIVE' | 'ARCHIVED';
  readonly systemAccount: string;
  /** Xero's account type, e.g. `BANK`; absent where it was not kept. */
  readonly type?: string;
}
export interface FactTaxRate {
  readonly taxType: string;
  readonly status: string;
  /** Percent, e.g. 20. Of a reverse-charge rate it says nothing about the document. */
  readonly effectiveRate: number;
  /** Whether it may stand on a line of a sales account. */
  readonly canApplyToRevenue: boolean;
}
