/** The elements of the demo organisation's contacts, as the API would take them. */
export interface ContactSeed extends Record<string, unknown> {
  Name: string;
}

const postal = (AddressLine1: string, City: string, PostalCode: string): object[] => [
  { AddressType: 'POBOX', AddressLine1, City, PostalCode, Country: 'United Kingdom' },
];
const phone = (PhoneNumber: string): object[] => [{ PhoneType: 'DEFAULT', PhoneNumber }];

/**
 * What the bookkeeper had entered before the sync was connected. Some are customers of the GES demo business written a little differently,
 * some are namesakes of them, some are nobody GES knows.
 */
export const DEMO_CONTACTS: readonly ContactSeed[] = [
  {
    Name: 'Hartley Lettings Limited',
    EmailAddress: 'accounts@hartley.example',
    Addresses: postal('4 Mill Row', 'Leeds', 'LS1 4AB'),
    Phones: phone('0113 496 0000'),
  },
  { Name: 'John Smith', EmailAddress: 'john.smith@bristolmail.example', Addresses: postal('17 Harbour View', 'Bristol', 'BS1 5TY') },
  { Name: 'Okafor & Sons' },
  { Name: 'Priya Nair', FirstName: 'Priya', LastName: 'Nair', EmailAddress: 'priya.nair@home.example' },
  { Name: 'Bayside Property Management', EmailAddress: 'office@bayside.example', Addresses: postal('Unit 2, The Quay', 'Hull', 'HU1 2AB') },
  { Name: 'St. Mary’s Primary School', AccountNumber: 'SCH-014', Addresses: postal('Church Lane', 'Wakefield', 'WF1 3QJ') },
  { Name: 'Siân Llewellyn', FirstName: 'Siân', LastName: 'Llewellyn', EmailAddress: 'sian@llewellyn.example' },
  { Name: 'Ridings Building Co', TaxNumber: 'GB123456789', Addresses: postal('88 Canal Street', 'Bradford', 'BD1 1AA') },
  { Name: 'Plumb Centre Leeds', EmailAddress: 'ledger@plumbcentre.example', Phones: phone('0113 496 0555') },
  { Name: 'HMRC VAT' },
  { Name: 'Yorkshire Fuels', EmailAddress: 'billing@yorkshirefuels.example' },
  { Name: 'Kirkgate Van Hire', Phones: phone('0113 496 0777') },
];
