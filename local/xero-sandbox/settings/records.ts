/** One Xero organisation. Dates are epoch ms at UTC midnight. */
export interface Organisation {
  tenantId: string;
  name: string;
  countryCode: string;
  baseCurrency: string;
  isDemoCompany: boolean;
  paysTax: boolean;
  taxNumber: string | undefined;
  salesTaxBasis: string;
  defaultSalesTax: string;
  periodLockDate: number | undefined;
  endOfYearLockDate: number | undefined;
  financialYearEndDay: number;
  financialYearEndMonth: number;
  timezone: string;
  shortCode: string;
  edition: string;
  class: string;
  created: number;
  cisContractor: boolean;
  cisSubContractor: boolean;
  /** The organisation's own CIS rate as a subcontractor, in percent. */
  cisRate: number;
  /** Plan limit on approved invoices, none when undefined. */
  approvedInvoiceLimit: number | undefined;
  /** Whether customers are reminded of what is overdue. */
  invoiceReminders: boolean;
  /** Next numbers Xero gives by itself. */
  nextInvoiceNumber: number;
  nextCreditNoteNumber: number;
}

/** An account of the chart of accounts. */
export interface Account {
  accountId: string;
  tenantId: string;
  code: string | undefined;
  name: string;
  type: string;
  class: string;
  status: 'ACTIVE' | 'ARCHIVED';
  taxType: string;
  description: string | undefined;
  systemAccount: string | undefined;
  enablePaymentsToAccount: boolean;
  showInExpenseClaims: boolean;
  bankAccountNumber: string | undefined;
  bankAccountType: string | undefined;
  currencyCode: string | undefined;
  updated: number;
}

/** A tax rate; `rate` is what is put on documents, in percent. */
export interface TaxRate {
  tenantId: string;
  taxType: string;
  name: string;
  reportTaxType: string | undefined;
  rate: number;
  /** The percentage that the rate shows, where it is another one. */
  shownRate?: number;
  status: 'ACTIVE' | 'DELETED' | 'ARCHIVED';
  appliesTo: readonly ('Assets' | 'Equity' | 'Expenses' | 'Liabilities' | 'Revenue')[];
}

/** A way to sort lines, for example by region, and what may be chosen. */
export interface TrackingCategory {
  categoryId: string;
  tenantId: string;
  name: string;
  options: readonly { optionId: string; name: string }[];
}

/** A line of the "History and Notes" of any document or contact. */
export interface HistoryRecord {
  id: string;
  /** `<tenantId>/<resource>/<id>` */
  subject: string;
  changes: string;
  user: string;
  details: string;
  at: number;
}
