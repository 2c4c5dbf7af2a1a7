import { ALL_FAULTS, NO_FAULTS } from '../world/faults.ts';
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
  weights: { pay: 1 },
  lasts: MINUTE,
} as const;

function many(what: string, count: number, from: number, everyMs: number): readonly Deed[] {
  return Array.from({ length: count }, (_, place) => ({ key: `${what} ${String(place)}`, at: from + place * everyMs, account: 0, what }));
}

export const VOLUMES: readonly Profile[] = [
  // 250 invoices paid in Xero while its webhooks are late.
  {
    ...PLAIN,
    name: 'paid-in-xero-250',
    records: { median: 556, most: 556 },
    faults: { ...NO_FAULTS, late: 1, lateMs: 30_000 },
    wave: 'paid in Xero',
  },
  // 120 payments entered and then deleted in GES.
  { ...PLAIN, name: 'deleted-in-ges-120', records: { median: 267, most: 267 }, wave: 'deleted in GES' },
  // A bulk run of a thousand records, Xero refusing for a minute in the middle of it.
  { ...PLAIN, name: 'bulk-run-1000', records: { median: 1_000, most: 1_000 }, faults: { ...NO_FAULTS, xero429: 0.1 }, migrates: true },
  // Payments of a month, deleted and matched anew, with every fault there is.
  { ...PLAIN, name: 'month-end-storm', records: { median: 300, most: 300 }, faults: ALL_FAULTS, wave: 'deleted and matched anew' },
  {
    ...PLAIN,
    name: 'already-in-xero-80',
    business: { customers: 30, invoices: 80, payments: 80 },
    migrates: true,
    xeroHolds: true,
  },
  {
    ...PLAIN,
    name: 'refused-by-the-table',
    business: { customers: 10, invoices: 20, payments: 10 },
    tableRefuses: 'BASE#invoice#inv_5003',
  },
  {
    ...PLAIN,
    name: 'untold',
    faults: { ...NO_FAULTS, kill: 0.4, busRefuses: 0.5 },
    business: { customers: 20, invoices: 40, payments: 20 },
    deeds: [...many('edit invoice', 20, 2 * MINUTE, 3_000), ...many('pay', 40, 4 * MINUTE, 2_000)],
  },
  {
    ...PLAIN,
    name: 'disconnected-in-the-middle',
    faults: { ...NO_FAULTS, gesSlow: 1 },
    business: { customers: 5, invoices: 60, payments: 0 },
    deeds: [
      ...many('pay next in full in Xero', 60, 15 * MINUTE, 10),
      { key: 'disconnect', at: 15 * MINUTE + 700, account: 0, what: 'disconnect after two payments' },
    ],
  },
];
