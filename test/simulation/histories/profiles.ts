import { ALL_FAULTS, NO_FAULTS, SOME_FAULTS, type Faults } from '../world/faults.ts';
import type { Deed } from './deed.ts';
import { VOLUMES } from './volume.ts';

/** How a kind of history is made: how large, how eventful, and what goes wrong in it. */
export interface Profile {
  readonly name: string;
  readonly accounts: number;
  readonly faults: Faults;
  /** Xero calls a minute that seeds choose among; undefined: Xero's 60. */
  readonly minuteLimits: readonly (number | undefined)[];
  /** Records of the business: median, and the most that one seed in ten may reach. */
  readonly records: { readonly median: number; readonly most: number };
  /** Deeds per record, after the business has been set up. */
  readonly eventfulness: number;
  /** Relative weights of deeds; a deed that is not named does not happen. */
  readonly weights: Readonly<Record<string, number>>;
  /** Over how long deeds are spread, ms. */
  readonly lasts: number;
  /** Wave of one kind of deed at a size: all payments of a month, say. */
  readonly wave?: 'paid in Xero' | 'deleted in GES' | 'deleted and matched anew';
  /** The business exists before it is connected, and a bulk run brings it over. */
  readonly migrates?: boolean;
  /** Xero has each invoice already, paid, when the business is connected. */
  readonly xeroHolds?: true;
  /** The business is of this size, whatever the seed. */
  readonly business?: { readonly customers: number; readonly invoices: number; readonly payments: number };
  /** What happens besides, whatever the seed. */
  readonly deeds?: readonly Deed[];
  /** The table refuses this record for good, as one that is too large. */
  readonly tableRefuses?: string;
}

const MINUTE = 60_000;
const EDITS = {
  'edit customer': 6,
  'edit contact': 5,
  'edit same field': 2,
  'new customer': 3,
  'new invoice': 8,
  'issue draft': 3,
  'edit invoice': 5,
  'redate invoice': 1,
  'archive customer': 0.5,
  'archive contact': 0.3,
  'new contact': 0.5,
  'edit invoice in Xero': 4,
  'void invoice': 2,
  'void in Xero': 2,
  'back to draft': 1,
};
const MONEY = {
  pay: 8,
  'pay in Xero': 7,
  'pay both': 3,
  'delete payment': 3,
  'delete payment in Xero': 3,
  'match anew': 3,
  'change payment': 2,
  'pay late twin': 2,
  'enter anew': 2,
};

export const PROFILES: readonly Profile[] = [
  {
    name: 'calm',
    accounts: 1,
    faults: NO_FAULTS,
    minuteLimits: [undefined],
    records: { median: 16, most: 60 },
    eventfulness: 1,
    weights: { ...EDITS, ...MONEY },
    lasts: 30 * MINUTE,
  },
  {
    name: 'busy',
    accounts: 1,
    faults: SOME_FAULTS,
    minuteLimits: [undefined],
    records: { median: 30, most: 240 },
    eventfulness: 1.5,
    weights: { ...EDITS, ...MONEY },
    lasts: 10 * MINUTE,
  },
  {
    name: 'starved',
    accounts: 1,
    faults: NO_FAULTS,
    minuteLimits: [1, 2, 5],
    records: { median: 14, most: 60 },
    eventfulness: 0.7,
    weights: { ...EDITS, ...MONEY },
    lasts: 20 * MINUTE,
  },
  {
    name: 'month-end',
    accounts: 1,
    faults: { ...SOME_FAULTS, late: 0.5, lateMs: 60_000, doubled: 0.2 },
    minuteLimits: [undefined],
    records: { median: 40, most: 400 },
    eventfulness: 0.3,
    weights: { ...MONEY },
    lasts: 6 * MINUTE,
    wave: 'deleted and matched anew',
  },
  {
    name: 'migration',
    accounts: 1,
    faults: SOME_FAULTS,
    minuteLimits: [undefined, 20],
    records: { median: 40, most: 600 },
    eventfulness: 0.4,
    weights: { ...EDITS, pay: 4, 'bulk run': 2, 'cancel run': 1, disconnect: 0.4, 'steal number': 1 },
    lasts: 10 * MINUTE,
    migrates: true,
  },
  {
    name: 'storm',
    accounts: 1,
    faults: ALL_FAULTS,
    minuteLimits: [undefined],
    records: { median: 20, most: 200 },
    eventfulness: 1.2,
    weights: {
      ...EDITS,
      ...MONEY,
      'huge invoice': 0.4,
      'bulk run': 0.5,
      'lock dates': 0.2,
      'withdraw consent': 0.2,
      'steal number': 1,
      'open settings': 1,
    },
    lasts: 30 * MINUTE,
  },
  {
    name: 'neighbours',
    accounts: 3,
    faults: { ...SOME_FAULTS, kill: 0.04, tokenLost: 0.1 },
    minuteLimits: [undefined],
    records: { median: 12, most: 60 },
    eventfulness: 1,
    weights: { ...EDITS, ...MONEY, disconnect: 0.3, 'switch off and on': 0.2, 'open settings': 1, 'withdraw consent': 0.2 },
    lasts: 45 * MINUTE,
  },
];

export function profileNamed(name: string): Profile {
  const found = [...PROFILES, ...VOLUMES].find((profile) => profile.name === name);
  if (found === undefined)
    throw new Error(`There is no profile ${name}. There are ${[...PROFILES, ...VOLUMES].map((profile) => profile.name).join(', ')}.`);
  return found;
}
