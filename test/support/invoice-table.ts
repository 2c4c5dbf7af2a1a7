import type { GesInvoiceLine } from '../../shared/domain/records.ts';

/** Invoices as gas engineers write them: every mix of VAT, with and without CIS, prices with and without VAT, and four ways of odd pennies. */
export interface TableInvoice {
  readonly name: string;
  readonly pricesIncludeVat: boolean;
  readonly lines: readonly GesInvoiceLine[];
}

type Draft = Pick<GesInvoiceLine, 'description' | 'quantity' | 'unitPrice'> & Partial<GesInvoiceLine>;
type Vat = GesInvoiceLine['vat'];

/** Of each mix the VAT of the first line, the second, and so on in turn. */
const VAT_MIXES: Readonly<Record<string, readonly Vat[]>> = {
  'standard VAT': ['standard'],
  'reduced VAT': ['reduced'],
  'standard and reduced': ['standard', 'reduced'],
  'zero-rated and exempt': ['zero', 'exempt'],
  'outside VAT': ['outside'],
  'reverse charge': ['reverse-charge-standard'],
  'both reverse charges': ['reverse-charge-standard', 'reverse-charge-reduced'],
  'reverse charge and taxed': ['reverse-charge-standard', 'standard', 'reduced'],
};

const ODD_PENNIES: Readonly<Record<string, readonly Draft[]>> = {
  'plain prices': [
    { description: 'Annual boiler service', quantity: '1', unitPrice: '84.99', cis: 'labour' },
    { description: 'Expansion vessel', quantity: '1', unitPrice: '61.37', cis: 'materials' },
    { description: 'Landlord gas safety record', quantity: '3', unitPrice: '1233.09', cis: 'labour' },
  ],
  'percentage discounts': [
    { description: 'Combi boiler, supplied and fitted', quantity: '1', unitPrice: '2349.95', discountPercent: '12.5', cis: 'labour' },
    { description: 'Magnetic filter', quantity: '2', unitPrice: '118.33', discountPercent: '33.3333', cis: 'materials' },
    { description: 'Call-out', quantity: '1', unitPrice: '65.01', discountPercent: '7.25', cis: 'labour' },
  ],
  'a discount as a negative line': [
    { description: 'Power flush of 11 radiators', quantity: '11', unitPrice: '47.49', cis: 'labour' },
    { description: 'Radiator, part-exchange', quantity: '1', unitPrice: '-45.55', cis: 'materials' },
    { description: 'Goodwill', quantity: '1', unitPrice: '-10.01', cis: 'labour' },
  ],
  // Including VAT its VAT is half a penny: where Xero rounds the net first, it deducts a penny more CIS.
  'halves of pennies': [
    { description: 'Boiler service plan', quantity: '1', unitPrice: '1236.03', cis: 'labour' },
    { description: 'Flue kit', quantity: '1', unitPrice: '6.03', cis: 'materials' },
  ],
  'fractions of hours and pennies': [
    { description: 'Labour, hours', quantity: '1.5', unitPrice: '10.95', cis: 'labour' },
    { description: 'Copper pipe, metres', quantity: '27.3333', unitPrice: '3.3333', cis: 'materials' },
    { description: 'Second engineer, hours', quantity: '0.75', unitPrice: '38.6667', cis: 'labour' },
    { description: 'Solder', quantity: '7', unitPrice: '0.125', cis: 'materials' },
  ],
};

/** Where Xero rounds the net first, it deducts a penny less CIS from this one. */
const PENNY_LESS: TableInvoice = {
  name: 'standard VAT, a labour line below zero of half a penny, CIS, including VAT',
  pricesIncludeVat: true,
  lines: [
    {
      id: 'l1',
      description: 'Rewire of controls',
      quantity: '1',
      unitPrice: '1200.00',
      discountPercent: '0',
      vat: 'standard',
      cis: 'labour',
    },
    { id: 'l2', description: 'Goodwill', quantity: '1', unitPrice: '-6.03', discountPercent: '0', vat: 'standard', cis: 'labour' },
  ],
};

/** 161 invoices. */
export const INVOICE_TABLE: readonly TableInvoice[] = [
  PENNY_LESS,
  ...Object.entries(VAT_MIXES).flatMap(([mix, vats]) =>
    Object.entries(ODD_PENNIES).flatMap(([pennies, drafts]) =>
      [false, true].flatMap((hasCis) =>
        [false, true].map((pricesIncludeVat): TableInvoice => ({
          name: [mix, pennies, hasCis ? 'CIS' : 'no CIS', pricesIncludeVat ? 'including VAT' : 'without VAT'].join(', '),
          pricesIncludeVat,
          lines: drafts.map((draft, place) => ({
            id: `l${String(place + 1)}`,
            discountPercent: '0',
            vat: vats[place % vats.length] ?? 'standard',
            ...draft,
            cis: hasCis ? (draft.cis ?? null) : null,
          })),
        })),
      ),
    ),
  ),
];
