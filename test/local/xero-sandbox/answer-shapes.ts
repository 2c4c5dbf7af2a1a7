/** An array whose first element is taken for granted: a test that looks at it fails when it is not there. */
export type Some<T> = [T, ...T[]];

interface Message {
  Message: string;
}

export interface LineItem {
  LineItemID: string;
  Description: string;
  Quantity: number;
  UnitAmount: number;
  LineAmount: number;
  TaxAmount: number;
  TaxType: string;
  AccountCode: string;
}

/** The fields of any element that tests look at. Absent ones read as undefined at run time. */
export interface Item {
  ContactID: string;
  ContactStatus: string;
  Name: string;
  Phones: Some<{ PhoneType: string; PhoneNumber: string }>;
  Addresses: Some<{ AddressType: string; City: string }>;
  ContactPersons: Some<{ FirstName: string }>;
  EmailAddress: string;
  UpdatedDateUTC: string;
  StatusAttributeString: string;
  ValidationErrors: Message[];
  OrganisationID: string;
  PeriodLockDate: string;
  AccountID: string;
  TaxType: string;
  InvoiceID: string;
  InvoiceNumber: string;
  Reference: string;
  Status: string;
  Contact: { ContactID: string; Name: string };
  LineItems: Some<LineItem>;
  SubTotal: number;
  TotalTax: number;
  Total: number;
  AmountDue: number;
  AmountPaid: number;
  AmountCredited: number;
  CISDeduction: number;
  DateString: string;
  PaymentID: string;
  BatchPaymentID: string;
  Payments: Some<Item>;
  CreditNotes: Some<Item>;
  CreditNoteID: string;
  Changes: string;
  User: string;
  id: string;
  tenantId: string;
  authEventId: string;
  status: string;
  [field: string]: unknown;
}

/** The body of an answer, as far as tests look into it. */
export interface Body {
  Contacts: Some<Item>;
  Organisations: Some<Item>;
  Accounts: Some<Item>;
  TaxRates: Some<Item>;
  HistoryRecords: Some<Item>;
  Invoices: Some<Item>;
  Payments: Some<Item>;
  CreditNotes: Some<Item>;
  OnlineInvoices: Some<Item>;
  Actions: Some<Item>;
  BatchPayments: Some<Item>;
  CISSettings: Item[];
  Elements: Some<Item>;
  ValidationErrors: Message[];
  pagination: { page: number; pageSize: number; pageCount: number; itemCount: number };
  Message: string;
  Type: string;
  Detail: string;
  error: string;
  total: number;
  calls: object[];
  log: object[];
  levers: { call: string }[];
  now: string;
  access_token: string;
  refresh_token: string;
  id_token: string;
  issuer: string;
  jwks_uri: string;
  keys: Some<object>;
  [field: string]: unknown;
}
