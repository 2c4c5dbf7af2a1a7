import type { Contact, ContactPatch } from '../domain/contact.ts';
import type {
  Allocation,
  DocumentKind,
  FactAccount,
  FactTaxRate,
  InvoiceApproval,
  InvoiceChange,
  InvoiceEnd,
  NewInvoice,
  PaymentElement,
  XeroInvoice,
  XeroPayment,
} from '../domain/xero-invoice.ts';

/** One element of a batch answer (`summarizeErrors=false`): saved, or refused with Xero's own messages. */
export type ElementAnswer<T> = { readonly ok: true; readonly record: T } | { readonly ok: false; readonly messages: readonly string[] };

/**
 * One page of what changed since a moment, oldest change first. `answeredAt`: Xero's own time of the answer, epoch ms. `isFull`: the page held as
 * many as a page can, so there may be more.
 */
export interface FeedPage<T> {
  readonly items: readonly T[];
  readonly answeredAt: number;
  readonly isFull: boolean;
}
export type FeedReader<T> = (since: number, page: number) => Promise<FeedPage<T>>;

/**
 * Xero's books of one connection. Every method states its calls. All throw RetryFailure, WaitFailure, AttentionFailure or
 * ReconnectFailure. Batches hold at most 50 elements, id lists at most 40 (`IDS_A_CALL`): more is a fault of the caller.
 */
export interface XeroBooks {
  /** One call; archived ones included; unknown ids are absent from the answer. */
  contactsByIds(ids: readonly string[]): Promise<readonly Contact[]>;
  /** One call: searchTerm over names, e-mail and contact number, archived included, first 100. */
  searchContacts(term: string): Promise<readonly Contact[]>;
  /** One call: a page of up to 1,000 contacts, archived included, in order of change. `since` 0: from the beginning. */
  contactFeed: FeedReader<Contact>;
  /** One call (PUT): creates; the answers come in the order given. */
  createContacts(elements: readonly ContactPatch[], idempotencyKey: string): Promise<readonly ElementAnswer<Contact>[]>;
  /** One call (POST with ids): updates; the answers come in the order given. */
  updateContacts(
    elements: readonly (ContactPatch & { readonly contactId: string })[],
    idempotencyKey: string,
  ): Promise<readonly ElementAnswer<Contact>[]>;

  /** One call, with lines, `unitdp=4`; unknown ids are absent. */
  invoicesByIds(ids: readonly string[]): Promise<readonly XeroInvoice[]>;
  /** One call per so many numbers as an address takes: sales invoices of any status. */
  invoicesByNumbers(numbers: readonly string[]): Promise<readonly XeroInvoice[]>;
  /** One call: a page of up to 1,000 sales invoices. Lists show discounts differently, so lines to be sent are never taken from here. */
  invoiceFeed: FeedReader<XeroInvoice>;
  /** One call (PUT), `unitdp=4`; answers in the order given. */
  createInvoices(elements: readonly NewInvoice[], idempotencyKey: string): Promise<readonly ElementAnswer<XeroInvoice>[]>;
  /** One call (POST with ids). */
  updateInvoices(
    elements: readonly ((InvoiceChange | InvoiceEnd | InvoiceApproval) & { readonly invoiceId: string })[],
    idempotencyKey: string,
  ): Promise<readonly ElementAnswer<XeroInvoice>[]>;

  /** One call per 20: credit notes of customers, each as an invoice with all signs turned (C13). */
  creditsByIds(ids: readonly string[]): Promise<readonly XeroInvoice[]>;
  /** One call: a page of up to 1,000 credit notes. */
  creditFeed: FeedReader<XeroInvoice>;
  /** One call (PUT), `unitdp=4`; answers in the order given. */
  createCredits(elements: readonly NewInvoice[], idempotencyKey: string): Promise<readonly ElementAnswer<XeroInvoice>[]>;
  /** One call (POST with ids). */
  updateCredits(
    elements: readonly ((InvoiceChange | InvoiceEnd | InvoiceApproval) & { readonly invoiceId: string })[],
    idempotencyKey: string,
  ): Promise<readonly ElementAnswer<XeroInvoice>[]>;
  /** One call (PUT): sets so much (pence) of a credit note against an invoice. */
  allocateCredit(
    creditId: string,
    allocation: Omit<Allocation, 'allocationId'> & { readonly date: string },
    idempotencyKey: string,
  ): Promise<ElementAnswer<Allocation>>;
  /** One call (DELETE). */
  removeAllocation(creditId: string, allocationId: string): Promise<void>;

  /** One call: a page of up to 1,000 payments received on sales invoices, deleted ones too. */
  paymentFeed: FeedReader<XeroPayment>;
  /** One call per 1,000: payments dated between two days (`YYYY-MM-DD`, inclusive), deleted ones too. */
  paymentsDated(from: string, to: string): Promise<readonly XeroPayment[]>;
  /** One call: payments of one invoice, deleted ones too. */
  paymentsOfInvoice(invoiceId: string): Promise<readonly XeroPayment[]>;
  /** One call (PUT). */
  createPayments(
    elements: readonly (PaymentElement & { readonly kind: 'create' })[],
    idempotencyKey: string,
  ): Promise<readonly ElementAnswer<XeroPayment>[]>;
  /** One call (POST with Status DELETED); Xero deletes one at a time. */
  deletePayment(paymentId: string, idempotencyKey: string): Promise<ElementAnswer<XeroPayment>>;

  /** One call: base currency, VAT registration, lock dates, and the id that `cis` takes. */
  organisation(): Promise<OrganisationPart>;
  /** One call. */
  actions(): Promise<ActionsPart>;
  /** One call. */
  cis(organisationId: string): Promise<CisPart>;
  /** One call. */
  accounts(): Promise<AccountsPart>;
  /** One call. */
  taxRates(): Promise<TaxRatesPart>;
}

export interface OrganisationPart {
  readonly organisationId: string;
  readonly baseCurrency: string;
  readonly vatRegistered: boolean;
  readonly lockedUntil?: string;
}
export interface ActionsPart {
  readonly mayApproveInvoices: boolean;
}
export interface CisPart {
  readonly cisEnabled: boolean;
  readonly cisRate: number;
}
export interface AccountsPart {
  readonly accounts: readonly FactAccount[];
}
export interface TaxRatesPart {
  readonly taxRates: readonly FactTaxRate[];
}
/** Not read from Xero but learnt from its answers (C7a). */
export interface ProvenPart {
  readonly provenKinds: readonly DocumentKind[];
}
/** What is known of the organisation, part by part; each part that Xero tells is read by a call of its own. */
export interface FactParts {
  readonly proven: ProvenPart;
  readonly organisation: OrganisationPart;
  readonly actions: ActionsPart;
  readonly cis: CisPart;
  readonly accounts: AccountsPart;
  readonly taxRates: TaxRatesPart;
}
export type FactPart = keyof FactParts;
/** The parts that Xero tells. */
export type ToldPart = Exclude<FactPart, 'proven'>;
