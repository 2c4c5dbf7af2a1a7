import { xeroDate } from '../api/dates.ts';
import { textField, type Element } from '../api/fields.ts';
import type { Fields } from '../api/where.ts';
import { ZERO_GUID } from '../core/guids.ts';
import { ADDRESS_FIELDS, ADDRESS_TYPES, PHONE_FIELDS, PHONE_TYPES, type Address, type Contact, type Phone } from './records.ts';

/** Four phone slots and two address slots, always. */
export function phonesJson(phones: Contact['phones']): object[] {
  return PHONE_TYPES.map((PhoneType) => {
    const phone: Partial<Phone> = phones[PhoneType] ?? {};
    return { PhoneType, ...Object.fromEntries(PHONE_FIELDS.map((field) => [field, phone[field] ?? ''])) };
  });
}

export function addressesJson(addresses: Contact['addresses']): object[] {
  return ADDRESS_TYPES.map((AddressType) => {
    const address: Partial<Address> = addresses[AddressType] ?? {};
    const isAlwaysThere = (field: string): boolean => ['City', 'Region', 'PostalCode', 'Country'].includes(field);
    const shown = ADDRESS_FIELDS.filter((field) => isAlwaysThere(field) || (address[field] ?? '') !== '');
    return { AddressType, ...Object.fromEntries(shown.map((field) => [field, address[field] ?? ''])) };
  });
}

export interface Balances {
  receivable: { outstanding: number; overdue: number };
  payable: { outstanding: number; overdue: number };
}

/** What lists leave out: `list` for unpaged ones, `summary` for summaryOnly=true. */
export type ContactDetail = 'full' | 'list' | 'summary';

/** A contact as Xero shows it. `balances` are pounds, given for contacts that have documents. */
export function contactJson(contact: Contact, detail: ContactDetail, balances?: Balances): object {
  const { texts } = contact;
  const defaults = {
    SalesDefaultAccountCode: texts.SalesDefaultAccountCode,
    PurchasesDefaultAccountCode: texts.PurchasesDefaultAccountCode,
    SalesDefaultLineAmountType: texts.SalesDefaultLineAmountType,
    PurchasesDefaultLineAmountType: texts.PurchasesDefaultLineAmountType,
  };
  return {
    ContactID: contact.contactId,
    ContactNumber: texts.ContactNumber,
    AccountNumber: texts.AccountNumber,
    ContactStatus: contact.status,
    Name: contact.name,
    FirstName: texts.FirstName,
    LastName: texts.LastName,
    CompanyNumber: texts.CompanyNumber,
    EmailAddress: texts.EmailAddress ?? '',
    BankAccountDetails: texts.BankAccountDetails ?? '',
    TaxNumber: texts.TaxNumber,
    AccountsReceivableTaxType: texts.AccountsReceivableTaxType,
    AccountsPayableTaxType: texts.AccountsPayableTaxType,
    ...(detail !== 'summary' && { Addresses: addressesJson(contact.addresses) }),
    Phones: phonesJson(contact.phones),
    UpdatedDateUTC: xeroDate(contact.updated),
    ...(detail !== 'summary' && { ContactGroups: [], IsSupplier: contact.isSupplier, IsCustomer: contact.isCustomer }),
    DefaultCurrency: texts.DefaultCurrency,
    ...(detail === 'full' && {
      ...defaults,
      ContactPersons: contact.persons,
      PaymentTerms: termsJson(contact),
      MergedToContactID: contact.mergedTo,
      XeroNetworkKey: texts.XeroNetworkKey,
      SalesTrackingCategories: [],
      PurchasesTrackingCategories: [],
      Balances: balances === undefined ? undefined : balancesJson(balances),
    }),
    HasAttachments: false,
    HasValidationErrors: false,
  };
}

function termsJson({ salesTerms, billsTerms }: Contact): object | undefined {
  if (salesTerms === undefined && billsTerms === undefined) return undefined;
  return { ...(billsTerms !== undefined && { Bills: billsTerms }), ...(salesTerms !== undefined && { Sales: salesTerms }) };
}

function balancesJson({ receivable, payable }: Balances): object {
  return {
    AccountsReceivable: { Outstanding: receivable.outstanding, Overdue: receivable.overdue },
    AccountsPayable: { Outstanding: payable.outstanding, Overdue: payable.overdue },
  };
}

/** The echo of a refused element: what was sent, zero GUID unless it names a contact. */
export function contactEcho(element: Element): object {
  return {
    ...element,
    ContactID: textField(element, 'ContactID') ?? ZERO_GUID,
    Addresses: element.Addresses ?? [],
    Phones: element.Phones ?? [],
  };
}

/** What `where` and `order` may name. */
export const CONTACT_FIELDS: Fields<Contact> = {
  texts: {
    ContactStatus: (contact) => contact.status,
    Name: (contact) => contact.name,
    FirstName: (contact) => contact.texts.FirstName,
    LastName: (contact) => contact.texts.LastName,
    EmailAddress: (contact) => contact.texts.EmailAddress,
    ContactNumber: (contact) => contact.texts.ContactNumber,
    AccountNumber: (contact) => contact.texts.AccountNumber,
    CompanyNumber: (contact) => contact.texts.CompanyNumber,
    TaxNumber: (contact) => contact.texts.TaxNumber,
  },
  dates: {
    UpdatedDateUTC: (contact) => contact.updated,
  },
  flags: {
    IsCustomer: (contact) => contact.isCustomer,
    IsSupplier: (contact) => contact.isSupplier,
  },
  guids: {
    ContactID: (contact) => contact.contactId,
  },
};
