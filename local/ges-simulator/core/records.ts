/** Snapshots and events of the GES platform, exactly as the contract names them (docs/contracts). */
export type RecordType = 'customer' | 'invoice' | 'payment';
export type Plural = 'customers' | 'invoices' | 'payments';
export type Origin = 'user' | 'xero-sync' | 'bulk';
export type Change = 'created' | 'updated' | 'deleted';

export const TYPE_OF: Readonly<Record<Plural, RecordType>> = { customers: 'customer', invoices: 'invoice', payments: 'payment' };

export interface Address {
  line1: string;
  line2: string;
  city: string;
  county: string;
  postcode: string;
  country: string;
}

export interface Site {
  id: string;
  address: Address;
}

export interface Customer {
  id: string;
  revision: number;
  name: string;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
  mobile: string;
  billingAddress: Address;
  vatNumber: string;
  archived: boolean;
  sites: Site[];
  updatedAt: string;
}

export interface InvoiceLine {
  id: string;
  description: string;
  quantity: string;
  unitPrice: string;
  discountPercent: string;
  vat: 'standard' | 'reduced' | 'zero' | 'exempt' | 'outside' | 'reverse-charge-standard' | 'reverse-charge-reduced';
  cis: 'labour' | 'materials' | null;
}

export interface Invoice {
  id: string;
  revision: number;
  number: string;
  customerId: string;
  status: 'draft' | 'issued' | 'void';
  issueDate: string;
  dueDate: string;
  reference: string;
  currency: 'GBP';
  pricesIncludeVat: boolean;
  lines: InvoiceLine[];
  totals: { net: string; vat: string; gross: string; cisDeduction: string };
  balance: { paid: string; credited: string; due: string };
  paymentStatus: 'unpaid' | 'part-paid' | 'paid';
  webUrl: string;
  /** Of a credit, an invoice with a negative total: the invoice that it credits. */
  creditsInvoiceId?: string;
  updatedAt: string;
}

/** `amount` is money received, after CIS. */
export interface Payment {
  id: string;
  revision: number;
  invoiceId: string;
  amount: string;
  date: string;
  method: 'card' | 'cash' | 'bank-transfer' | 'cheque' | 'other';
  reference: string;
  /** A discount is no money received, but a credit of the invoice; `vat` is the VAT in it. */
  kind?: 'discount';
  vat?: string;
  updatedAt: string;
}

export interface SnapshotOf {
  customer: Customer;
  invoice: Invoice;
  payment: Payment;
}
export type Snapshot = SnapshotOf[RecordType];

/** `sequence` is the order of creation within the type, over all accounts; pages are cut by it. */
export interface StoredRecord<T extends RecordType = RecordType> {
  readonly accountId: string;
  readonly type: T;
  readonly sequence: number;
  readonly snapshot: SnapshotOf[T];
}

/** `cisRatePercent` is what its contractors withhold from its labour: 20 for the registered, 30 or 0 for others. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly cisRatePercent: number;
}

/** What goes on the bus: EventBridge `source`, `detail-type` and `detail`. */
export interface GesEvent {
  readonly source: 'ges.platform';
  readonly detailType: 'CustomerChanged' | 'InvoiceChanged' | 'PaymentChanged';
  readonly detail: {
    readonly accountId: string;
    /** Events of payments name their invoice, so that a deleted one does too. */
    readonly entity: { readonly type: RecordType; readonly id: string; readonly revision: number; readonly invoiceId?: string };
    readonly change: Change;
    readonly origin: Origin;
    readonly occurredAt: string;
    readonly snapshot: Snapshot | null;
  };
}
