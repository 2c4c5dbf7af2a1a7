import type { Draws } from '../world/draws.ts';

const PRICES = ['100.00', '33.33', '0.3333', '64.99', '85.00', '1240.50', '12.10'];
export const REFERENCES = ['Boiler service', 'Annual check', 'Fan replaced', 'Leak', 'Landlord certificate'];

export interface Line {
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly vat: string;
  readonly cis?: 'labour' | 'materials' | null;
}

function vat(draws: Draws): string {
  const share = draws.share('vat');
  return share < 0.75 ? 'standard' : share < 0.85 ? 'zero' : share < 0.95 ? 'reduced' : 'reverse-charge-standard';
}

/** One to three lines, now and then labour and materials of a CIS job. */
export function invoiceLines(draws: Draws): readonly Line[] {
  const pick = (list: readonly string[], what: string): string => list[draws.whole(0, list.length - 1, what)] ?? '';
  const count = draws.whole(1, 3, 'lines');
  if (draws.share('is CIS') < 0.1)
    return [
      { description: 'Labour', quantity: '1', unitPrice: pick(PRICES, 'labour'), vat: 'reverse-charge-standard', cis: 'labour' },
      {
        description: 'Materials',
        quantity: '1',
        unitPrice: pick(PRICES, 'materials'),
        vat: 'reverse-charge-standard',
        cis: 'materials',
      },
    ];
  return Array.from({ length: count }, (_, place) => ({
    description: `${pick(REFERENCES, `line ${String(place)}`)} ${String(place + 1)}`,
    quantity: String(draws.whole(1, 4, 'quantity')),
    unitPrice: pick(PRICES, 'price'),
    vat: vat(draws),
    cis: null,
  }));
}

/** 230 kB of text: more than one item of the table takes twice. */
export function hugeLines(): readonly Line[] {
  const words = 'A long report of what was found and done. '.repeat(92);
  return Array.from({ length: 60 }, (_, place) => ({
    description: `${String(place)} ${words}`,
    quantity: '1',
    unitPrice: '1.00',
    vat: 'standard',
  }));
}
