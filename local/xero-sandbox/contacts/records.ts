export const PHONE_TYPES = ['DDI', 'DEFAULT', 'FAX', 'MOBILE'] as const;
export const ADDRESS_TYPES = ['STREET', 'POBOX'] as const;
export type PhoneType = (typeof PHONE_TYPES)[number];
export type AddressType = (typeof ADDRESS_TYPES)[number];

export const PHONE_FIELDS = ['PhoneNumber', 'PhoneAreaCode', 'PhoneCountryCode'] as const;
export type Phone = Readonly<Record<(typeof PHONE_FIELDS)[number], string>>;

export const ADDRESS_FIELDS = [
  'AddressLine1',
  'AddressLine2',
  'AddressLine3',
  'AddressLine4',
  'City',
  'Region',
  'PostalCode',
  'Country',
  'AttentionTo',
] as const;
export type Address = Readonly<Record<(typeof ADDRESS_FIELDS)[number], string>>;

/** Plain text fields of a contact that need nothing but a length check, by their name in the API. */
export const TEXT_FIELDS = [
  'ContactNumber',
  'AccountNumber',
  'FirstName',
  'LastName',
  'CompanyNumber',
  'EmailAddress',
  'TaxNumber',
  'BankAccountDetails',
  'AccountsReceivableTaxType',
  'AccountsPayableTaxType',
  'DefaultCurrency',
  'SalesDefaultAccountCode',
  'PurchasesDefaultAccountCode',
  'SalesDefaultLineAmountType',
  'PurchasesDefaultLineAmountType',
  'XeroNetworkKey',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

export interface ContactPerson {
  FirstName: string;
  LastName: string;
  EmailAddress: string;
  IncludeInEmails: boolean;
}

export interface PaymentTerm {
  Day: number;
  Type: string;
}

/** A contact as the sandbox keeps it: slots by type, texts by API name, instants in epoch ms. */
export interface Contact {
  contactId: string;
  tenantId: string;
  name: string;
  status: 'ACTIVE' | 'ARCHIVED' | 'GDPRREQUEST';
  texts: Readonly<Partial<Record<TextField, string>>>;
  phones: Readonly<Partial<Record<PhoneType, Phone>>>;
  addresses: Readonly<Partial<Record<AddressType, Address>>>;
  persons: readonly ContactPerson[];
  salesTerms: PaymentTerm | undefined;
  billsTerms: PaymentTerm | undefined;
  isCustomer: boolean;
  isSupplier: boolean;
  mergedTo: string | undefined;
  /** Set once the contact is a CIS subcontractor of this organisation. */
  cis: { enabled: boolean; rate: number } | undefined;
  created: number;
  /** UpdatedDateUTC. */
  updated: number;
}
