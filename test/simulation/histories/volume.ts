import { NO_FAULTS } from '../world/faults.ts';
import type { Deed } from './deed.ts';
import type { Profile } from './profiles.ts';

/**
 * Businesses at the size at which the product once stood still. Each is played with seed 1 in every run of the simulator, as a kept history; none
 * is among those that seeds are drawn for.
 */

const MINUTE = 60_000;

const PLAIN = {
  accounts: 1,
  faults: NO_FAULTS,
  minuteLimits: [undefined],
  records: { median: 1, most: 1 },
  eventfulness: 0,
  weights: {},
  lasts: MINUTE,
} as const;

function many(what: string, count: number, from: number, everyMs: number): readonly Deed[] {
  return Array.from({ length: count }, (_, place) => ({ key: `${what} ${String(place)}`, at: from + place * everyMs, account: 0, what }));
}

export const VOLUME: readonly Profile[] = [
  {
    ...PLAIN,
    name: 'paid while webhooks are late',
    faults: { ...NO_FAULTS, late: 1, lateMs: 10 * MINUTE },
    business: { customers: 60, invoices: 250, payments: 0 },
    deeds: many('pay next in full in Xero', 250, 15 * MINUTE, 400),
  },
  {
    ...PLAIN,
    name: 'payments deleted in GES',
    business: { customers: 40, invoices: 120, payments: 120 },
    deeds: many('delete payment', 120, 10 * MINUTE, 200),
  },
  {
    ...PLAIN,
    name: 'a limit in the middle of a bulk run',
    faults: { ...NO_FAULTS, xero429: 0.05 },
    minuteLimits: [30],
    business: { customers: 1000, invoices: 1000, payments: 1000 },
    migrates: true,
  },
  {
    ...PLAIN,
    name: 'paid invoices that Xero has already',
    business: { customers: 30, invoices: 80, payments: 80 },
    migrates: true,
    xeroHolds: true,
  },
  {
    ...PLAIN,
    name: 'a record that the table refuses',
    business: { customers: 10, invoices: 20, payments: 10 },
    tableRefuses: 'BASE#invoice#inv_5003',
  },
  {
    ...PLAIN,
    name: 'killed or refused while telling',
    faults: { ...NO_FAULTS, kill: 0.4, busRefuses: 0.5 },
    business: { customers: 20, invoices: 40, payments: 20 },
    deeds: [...many('edit invoice', 20, 2 * MINUTE, 3_000), ...many('pay', 40, 4 * MINUTE, 2_000)],
  },
  {
    ...PLAIN,
    name: 'disconnected in the middle',
    faults: { ...NO_FAULTS, gesSlow: 1 },
    business: { customers: 5, invoices: 60, payments: 0 },
    deeds: [
      ...many('pay next in full in Xero', 60, 15 * MINUTE, 10),
      { key: 'disconnect', at: 15 * MINUTE + 700, account: 0, what: 'disconnect after two payments' },
    ],
  },
];
