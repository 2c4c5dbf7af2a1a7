import type { GesCustomer, GesInvoice, GesInvoiceLine, GesPayment } from '../domain/records.ts';

/** One page of the GES platform API; `unreadable`: ids of records on it that do not fit the contract. */
export interface GesPage<G> {
  readonly items: readonly G[];
  readonly nextCursor: string | null;
  readonly unreadable?: readonly string[];
}
export interface GesQuery {
  readonly ids?: readonly string[];
  /** ISO-8601 UTC. */
  readonly updatedFrom?: string;
  readonly cursor?: string;
  readonly limit?: number;
}
export interface GesMoneyQuery extends GesQuery {
  /** `YYYY-MM-DD`, inclusive. */
  readonly issuedFrom?: string;
  readonly issuedTo?: string;
}
export interface GesPaymentQuery extends GesMoneyQuery {
  /** At most 100: payments of these invoices. */
  readonly invoiceIds?: readonly string[];
}
export type GesCustomerPatch = Partial<
  Pick<GesCustomer, 'name' | 'firstName' | 'lastName' | 'email' | 'phone' | 'mobile' | 'billingAddress' | 'vatNumber'>
>;
export interface GesInvoicePatch {
  readonly status?: 'issued' | 'void';
  readonly issueDate?: string;
  readonly dueDate?: string;
  readonly reference?: string;
  readonly pricesIncludeVat?: boolean;
  readonly lines?: readonly GesInvoiceLine[];
  /** Only the sync changes what is credited (C12); pounds. */
  readonly balance?: { readonly credited: string };
}
export type GesPaymentPatch = Partial<Pick<GesPayment, 'amount' | 'date'>>;
/** A new payment in GES. */
export type NewGesPayment = Omit<GesPayment, 'id' | 'revision' | 'updatedAt'>;
export type GesWrite<T> =
  | { readonly outcome: 'written'; readonly snapshot: T }
  | { readonly outcome: 'conflict'; readonly snapshot: T }
  | { readonly outcome: 'gone' };
export type GesDeletion<T> = { readonly outcome: 'deleted' | 'gone' } | { readonly outcome: 'conflict'; readonly snapshot: T };

/** The snapshot of each type. */
export interface SnapshotOf {
  readonly customer: GesCustomer;
  readonly invoice: GesInvoice;
  readonly payment: GesPayment;
}

/** The GES platform API of one account. Limit at most 500 a page. All throw RetryFailure, WaitFailure, AttentionFailure. */
export interface GesAccount {
  listCustomers(query: GesQuery): Promise<GesPage<GesCustomer>>;
  listInvoices(query: GesMoneyQuery): Promise<GesPage<GesInvoice>>;
  listPayments(query: GesPaymentQuery): Promise<GesPage<GesPayment>>;
  /** With If-Match; `conflict` carries the current snapshot, `gone` says that the record no longer exists. */
  patchCustomer(id: string, revision: number, patch: GesCustomerPatch): Promise<GesWrite<GesCustomer>>;
  patchInvoice(id: string, revision: number, patch: GesInvoicePatch): Promise<GesWrite<GesInvoice>>;
  patchPayment(id: string, revision: number, patch: GesPaymentPatch): Promise<GesWrite<GesPayment>>;
  /** The same key answers the same payment again. */
  createPayment(payment: NewGesPayment, idempotencyKey: string): Promise<GesPayment>;
  deletePayment(id: string, revision: number): Promise<GesDeletion<GesPayment>>;
}
export type GesAccountOf = (accountId: string) => GesAccount;
