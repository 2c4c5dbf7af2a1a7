import { hashed } from '../world/draws.ts';
import type { Faults } from '../world/faults.ts';
import type { Deed } from './deed.ts';
import type { Profile } from './profiles.ts';

export interface History {
  readonly profile: string;
  readonly seed: number;
  readonly minuteLimit: number | undefined;
  readonly records: number;
  readonly setUp: readonly Deed[];
  readonly deeds: readonly Deed[];
  /** Fewer faults than those of the profile: a history that was shrunk. */
  readonly faults?: Faults;
}

/** The history of one seed. The same on every machine. */
export function generate(profile: Profile, seed: number): History {
  const share = (what: string): number => hashed(`${profile.name}|${String(seed)}|${what}`);
  const { business } = profile;
  const records = business === undefined ? sizeOf(profile, share('size')) : business.customers + business.invoices + business.payments;
  const accounts = profile.accounts;
  const setUp: Deed[] = [];
  for (let account = 0; account < accounts; account++) {
    const { customers, invoices, payments } = profile.business ?? {
      customers: Math.max(1, Math.round(records * 0.3)),
      invoices: Math.max(1, Math.round(records * 0.45)),
      payments: Math.round(records * 0.25),
    };
    const add = (what: string, count: number, from: number): void => {
      for (let place = 0; place < count; place++)
        setUp.push({ key: `${what} ${String(account)}.${String(place)}`, at: from + place * 20, account, what });
    };
    add('new customer', customers, 0);
    add('new invoice', invoices, 20_000);
    if (profile.wave === undefined) add(profile.business === undefined ? 'pay' : 'pay next in full', payments, 40_000);
    if (profile.xeroHolds === true) add('Xero has it already', invoices, 80_000);
  }
  const count = Math.round(records * profile.eventfulness * accounts);
  const deeds: Deed[] = [];
  for (let place = 0; place < count; place++) {
    const key = `deed ${String(place)}`;
    const account = Math.floor(share(`${key} account`) * accounts);
    deeds.push({ key, at: Math.floor(share(`${key} at`) * profile.lasts), account, what: weighted(profile.weights, share(`${key} what`)) });
  }
  deeds.push(...waveOf(profile, records), ...(profile.deeds ?? []));
  const limits = profile.minuteLimits;
  const minuteLimit = limits[Math.floor(share('limit') * limits.length)];
  return { profile: profile.name, seed, minuteLimit, records, setUp, deeds: deeds.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1)) };
}

/** Everything of a month at once: entered, and for some deleted and entered anew, within minutes. */
function waveOf({ wave }: Profile, records: number): readonly Deed[] {
  if (wave === undefined) return [];
  const deeds: Deed[] = [];
  const add = (what: string, from: number, count: number): void => {
    for (let place = 0; place < count; place++)
      deeds.push({ key: `wave ${what} ${String(place)}`, at: from + place * 50, account: 0, what });
  };
  const invoices = Math.round(records * 0.45);
  if (wave === 'paid in Xero' || wave === 'deleted and matched anew') add('pay in Xero', 60_000, invoices);
  if (wave === 'deleted in GES') {
    add('pay', 30_000, invoices);
    add('delete payment', 200_000, invoices);
  }
  if (wave === 'deleted and matched anew') add('match anew', 120_000, Math.round(invoices / 3));
  return deeds;
}

/** Heavy-tailed: half the histories about the median or less, one in ten up to the most. */
function sizeOf({ records: { median, most } }: Profile, share: number): number {
  if (median === most) return most;
  if (share < 0.9) return Math.max(3, Math.round(median * (0.3 + share * 1.2)));
  return Math.round(median * 2 + (most - median * 2) * ((share - 0.9) * 10) ** 2);
}

function weighted(weights: Readonly<Record<string, number>>, share: number): string {
  const entries = Object.entries(weights);
  const whole = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let left = share * whole;
  for (const [what, weight] of entries) {
    left -= weight;
    if (left < 0) return what;
  }
  return entries.at(-1)?.[0] ?? '';
}
