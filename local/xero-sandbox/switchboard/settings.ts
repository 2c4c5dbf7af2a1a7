import { z } from 'zod';
import { jsonAnswer } from '../core/messages.ts';
import { DEFAULT_SETTINGS, INCLUSIVE_ROUNDINGS, PAID_LINE_AMOUNTS, REVERSE_CHARGES, type SandboxSettings } from '../core/settings.ts';
import { DELAY, bodyOf, type Lever } from './context.ts';

const milliseconds = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** Each setting that may be changed from outside: what it takes and what it does. */
const SETTINGS: {
  readonly [Name in keyof Omit<SandboxSettings, 'id' | 'publicUrl'>]: readonly [z.ZodType<SandboxSettings[Name]>, string];
} = {
  latencyMs: [DELAY, 'added to every answer of the API'],
  webhookDelayMs: [milliseconds, 'from a change to its webhook'],
  webhookRetryMs: [milliseconds, 'between two tries of a failing delivery'],
  webhookDuplicateShare: [share, 'deliveries sent twice, 0 to 1'],
  webhookHoldShare: [share, 'events held back, 0 to 1'],
  webhookHoldMs: [milliseconds, 'for how long they are held back'],
  webhookDropShare: [share, 'events never sent, 0 to 1'],
  paymentWebhook: [z.boolean(), 'PAYMENT events for apps subscribed to them'],
  refusedBatchSavesGood: [z.boolean(), 'a batch answered 400 saves its good elements'],
  inclusiveRounding: [z.enum(INCLUSIVE_ROUNDINGS), `VAT inside inclusive prices: ${INCLUSIVE_ROUNDINGS.join(' | ')}`],
  reverseChargeOnRevenue: [z.enum(REVERSE_CHARGES), `the reverse-charge rates for sales: ${REVERSE_CHARGES.join(' | ')}`],
  reverseChargeShowsRate: [z.boolean(), 'reverse-charge rates show 20 and 5 % instead of 0'],
  shuffleLines: [z.boolean(), 'lines come back in another order than sent'],
  reconcilingBumpsTime: [z.boolean(), 'reconciling a payment moves its UpdatedDateUTC'],
  paidLineAmounts: [z.enum(PAID_LINE_AMOUNTS), `other amounts for lines of a paid document: ${PAID_LINE_AMOUNTS.join(' | ')}`],
};
type SettingName = keyof typeof SETTINGS;
const NAMES = Object.keys(SETTINGS) as SettingName[];
const SENT = z.strictObject(Object.fromEntries(NAMES.map((name) => [name, SETTINGS[name][0].optional()])));
const LISTED = NAMES.map((name) => `${name}: ${SETTINGS[name][1]} (${String(DEFAULT_SETTINGS[name])})`).join('; ');

/** How Xero behaves where that can be chosen. */
export const BEHAVIOUR_LEVERS: readonly Lever[] = [
  {
    method: 'GET',
    pattern: 'settings',
    does: 'how the sandbox is set',
    pull: ({ exchange }) => jsonAnswer(200, exchange.state.settings),
  },
  {
    method: 'POST',
    pattern: 'settings',
    does: `change some settings, defaults in brackets; ${LISTED}`,
    pull: (pull) => {
      const sent = Object.fromEntries(Object.entries(bodyOf(pull, SENT)).filter(([, value]) => value !== undefined));
      const { state } = pull.exchange;
      state.settings = { ...state.settings, ...sent };
      return jsonAnswer(200, state.settings);
    },
  },
];
