import type { GesInvoice, GesInvoiceLine, GesPayment } from '../domain/records.ts';
import type {
  InvoiceChange,
  InvoiceEnd,
  NewInvoice,
  OrganisationFacts,
  PaymentElement,
  XeroInvoice,
  XeroPayment,
} from '../domain/xero-invoice.ts';
import type { ElementAnswer, GesPage, GesQuery, GesWrite, Scope } from './ports.ts';

/** Xero's invoices and payments of one connection. Errors and batch limits as in XeroBooks. */
export interface XeroMoneyBooks {
  /** One call per 100 ids, with lines, `unitdp=4`; unknown ids are absent. */
  invoicesByIds(ids: readonly string[]): Promise<readonly XeroInvoice[]>;
  /** One call per 50 numbers: sales invoices of any status. */
  invoicesByNumbers(numbers: readonly string[]): Promise<readonly XeroInvoice[]>;
  /** One call per page of 1,000: sales invoices changed since (epoch ms). */
  invoicesModifiedSince(since: number): Promise<readonly XeroInvoice[]>;
  /** One call (PUT), `summarizeErrors=false`, `unitdp=4`; answers in the order given. */
  createInvoices(elements: readonly NewInvoice[], idempotencyKey: string): Promise<readonly ElementAnswer<XeroInvoice>[]>;
  /** One call (POST with ids). */
  updateInvoices(
    elements: readonly ((InvoiceChange | InvoiceEnd) & { readonly invoiceId: string })[],
    idempotencyKey: string,
  ): Promise<readonly ElementAnswer<XeroInvoice>[]>;

  /** One call: payments of one invoice, deleted ones too. */
  paymentsOfInvoice(invoiceId: string): Promise<readonly XeroPayment[]>;
  /** One call per id: Xero has no list of payments by id. Unknown ids are absent. */
  paymentsByIds(ids: readonly string[]): Promise<readonly XeroPayment[]>;
  /** One call per page of 1,000. */
  paymentsModifiedSince(since: number): Promise<readonly XeroPayment[]>;
  /** One call (PUT). */
  createPayments(
    elements: readonly (PaymentElement & { readonly kind: 'create' })[],
    idempotencyKey: string,
  ): Promise<readonly ElementAnswer<XeroPayment>[]>;
  /** One call (POST with Status DELETED); Xero deletes one at a time. */
  deletePayment(paymentId: string, idempotencyKey: string): Promise<ElementAnswer<XeroPayment>>;

  /** Five calls: Organisation, Actions, CISSettings, Accounts, TaxRates. */
  readFacts(): Promise<OrganisationFacts>;
}

/** The GES platform's invoices and payments (contracts §2). Errors as in GesPlatform. */
export interface GesMoneyPlatform {
  listInvoices(accountId: string, query: GesMoneyQuery): Promise<GesPage<GesInvoice>>;
  /** `issuedFrom`/`issuedTo`: payments of the invoices issued then. */
  listPayments(accountId: string, query: GesMoneyQuery): Promise<GesPage<GesPayment>>;
  patchInvoice(accountId: string, id: string, revision: number, patch: GesInvoicePatch): Promise<GesWrite<GesInvoice>>;
  /** POST with Idempotency-Key: the same key answers the same payment again. */
  createPayment(accountId: string, payment: Omit<GesPayment, 'id' | 'revision' | 'updatedAt'>, idempotencyKey: string): Promise<GesPayment>;
  /** `gone`: it was deleted already. `conflict` carries what it is now. */
  deletePayment(
    accountId: string,
    id: string,
    revision: number,
  ): Promise<{ readonly outcome: 'deleted' | 'gone' } | { readonly outcome: 'conflict'; readonly snapshot: GesPayment }>;
}
export interface GesMoneyQuery extends GesQuery {
  /** `YYYY-MM-DD`, inclusive. */
  readonly issuedFrom?: string;
  readonly issuedTo?: string;
}
export interface GesInvoicePatch {
  readonly status?: 'issued' | 'void';
  readonly issueDate?: string;
  readonly dueDate?: string;
  readonly reference?: string;
  readonly pricesIncludeVat?: boolean;
  readonly lines?: readonly GesInvoiceLine[];
}

/** Facts of the organisation as last read (design §6). Under the generation: another organisation has other facts. */
export interface FactsStore {
  readFacts(scope: Scope): Promise<OrganisationFacts | undefined>;
  putFacts(scope: Scope, facts: OrganisationFacts): Promise<void>;
}
