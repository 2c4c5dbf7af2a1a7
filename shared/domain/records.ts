/**
 * The records that the GES platform sends and serves, and the words the whole project uses for them.
 * Pure types: the schemas that check them at the border are in `shared/ges/`.
 */

export type EntityType = 'customer' | 'invoice' | 'payment';

/** What is synced as a unit of its own. The payments of an invoice are entries of its ledger. */
export type RecordType = Exclude<EntityType, 'payment'>;

/** Which of the two systems something belongs to or came from. */
export type Side = 'ges' | 'xero';

export interface GesAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly county: string;
  readonly postcode: string;
  readonly country: string;
}

/** A whole customer as the platform knows it. Empty strings mean "not given". */
export interface GesCustomer {
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly mobile: string;
  readonly billingAddress: GesAddress;
  readonly vatNumber: string;
  readonly archived: boolean;
  readonly updatedAt: string;
}

/** Status of a link, as users see it (sync-policy, opening paragraph). */
export type RecordStatus = 'synced' | 'pending' | 'attention' | 'ignored' | 'not-followed';

/** What a person must know when only a person can unblock a record (F1). `detail` is raw text of the other system. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly detail?: string;
  /** Contacts that a person chooses among (B3, "Which one is it?"). */
  readonly candidates?: readonly string[];
}

/** VAT treatment of an invoice line; what it means in Xero is policy C5. */
export type GesVat = 'standard' | 'reduced' | 'zero' | 'exempt' | 'outside' | 'reverse-charge-standard' | 'reverse-charge-reduced';

/** One line of an invoice. Money and quantities are decimal strings, as the platform sends them. */
export interface GesInvoiceLine {
  readonly id: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly discountPercent: string;
  readonly vat: GesVat;
  readonly cis: 'labour' | 'materials' | null;
}

/** A whole invoice as the platform knows it. Dates `YYYY-MM-DD`; gross − cisDeduction = paid + credited + due. */
export interface GesInvoice {
  readonly id: string;
  readonly revision: number;
  readonly number: string;
  readonly customerId: string;
  readonly status: 'draft' | 'issued' | 'void';
  readonly issueDate: string;
  readonly dueDate: string;
  readonly reference: string;
  readonly currency: string;
  readonly pricesIncludeVat: boolean;
  readonly lines: readonly GesInvoiceLine[];
  readonly totals: { readonly net: string; readonly vat: string; readonly gross: string; readonly cisDeduction: string };
  readonly balance: { readonly paid: string; readonly credited: string; readonly due: string };
  readonly paymentStatus: 'unpaid' | 'part-paid' | 'paid';
  readonly webUrl: string;
  /** Of a credit, an invoice with a negative total: the GES id of the invoice that it credits (C13). */
  readonly creditsInvoiceId?: string;
  readonly updatedAt: string;
}

/** A whole payment as the platform knows it. `amount` is money received, after CIS. */
export interface GesPayment {
  readonly id: string;
  readonly revision: number;
  readonly invoiceId: string;
  readonly amount: string;
  readonly date: string;
  readonly method: 'card' | 'cash' | 'bank-transfer' | 'cheque' | 'other';
  readonly reference: string;
  /** Absent: a payment. A discount is no money but a credit of the invoice (D8). */
  readonly kind?: 'payment' | 'discount';
  /** Of a discount: the VAT in it, pounds. */
  readonly vat?: string;
  readonly updatedAt: string;
}
