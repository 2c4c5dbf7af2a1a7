import type { Exchange } from '../core/exchange.ts';
import { keyOf } from '../core/state.ts';
import { shareFrom } from '../core/guids.ts';
import type { App, AppTier } from '../identity/records.ts';
import type { LimitUse } from './records.ts';

/** Limits of Xero. */
export const CONCURRENT_LIMIT = 5;
export const MINUTE_LIMIT = 60;
export const DAY_LIMIT: Readonly<Record<AppTier, number>> = { starter: 1_000, core: 5_000, plus: 5_000 };
export const APP_MINUTE_LIMIT = 10_000;
/** "Plus tier and above: minute/day limits lifted for the first 30 min of a new connection." */
export const GRACE_MS = 30 * 60_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

export type LimitProblem = 'minute' | 'day' | 'concurrent' | 'appminute';

/** The calls in progress, as the instants at which their answers will have been sent; by app and tenant. */
export type CallsInProgress = Map<string, number[]>;

export interface LimitVerdict {
  problem: LimitProblem | undefined;
  /** Seconds, for minute, day and appminute. */
  retryAfter: number | undefined;
  headers: Record<string, string>;
}

/** Start of the fixed window that holds `now`. Windows begin at another moment for each key. */
function windowStart(key: string, lengthMs: number, now: number): number {
  const shift = Math.floor(shareFrom(`window:${key}`) * lengthMs);
  return Math.floor((now - shift) / lengthMs) * lengthMs + shift;
}

function useOf({ state, now }: Exchange, key: string): LimitUse {
  const held = state.limits.get(key);
  const minuteStart = windowStart(key, MINUTE_MS, now);
  const dayStart = windowStart(key, DAY_MS, now);
  return {
    key,
    minuteStart,
    minuteUsed: held?.minuteStart === minuteStart ? held.minuteUsed : 0,
    dayStart,
    dayUsed: held?.dayStart === dayStart ? held.dayUsed : 0,
  };
}

const secondsUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / 1000));

function problemOf(app: App, tenant: LimitUse, whole: LimitUse, inProgress: number, lifted: boolean): LimitProblem | undefined {
  if (inProgress >= CONCURRENT_LIMIT) return 'concurrent';
  if (whole.minuteUsed >= APP_MINUTE_LIMIT) return 'appminute';
  if (lifted) return undefined;
  if (tenant.dayUsed >= DAY_LIMIT[app.tier]) return 'day';
  return tenant.minuteUsed >= (app.minuteLimit ?? MINUTE_LIMIT) ? 'minute' : undefined;
}

/** What remains after the calls used so far and `counted` more. */
function headersOf(app: App, tenant: LimitUse, whole: LimitUse, counted: number): Record<string, string> {
  const left = (limit: number, used: number): string => String(Math.max(0, limit - used - counted));
  return {
    'x-daylimit-remaining': left(DAY_LIMIT[app.tier], tenant.dayUsed),
    'x-minlimit-remaining': left(app.minuteLimit ?? MINUTE_LIMIT, tenant.minuteUsed),
    'x-appminlimit-remaining': left(APP_MINUTE_LIMIT, whole.minuteUsed),
  };
}

/**
 * Counts a call against the windows of its organisation and its app, or says which limit refuses it. A refused call is not counted.
 * @param inProgress instants at which the earlier calls of this app and organisation end
 * @param lifted whether minute and day limits are lifted for this connection
 */
export function admit(exchange: Exchange, app: App, tenantId: string, inProgress: CallsInProgress, lifted: boolean): LimitVerdict {
  const { state, now } = exchange;
  const tenantKey = keyOf(app.clientId, tenantId);
  const running = (inProgress.get(tenantKey) ?? []).filter((end) => end > now);
  inProgress.set(tenantKey, running);
  const tenant = useOf(exchange, tenantKey);
  const whole = useOf(exchange, keyOf(app.clientId, ''));
  const problem = problemOf(app, tenant, whole, running.length, lifted);
  const counted = problem === undefined ? 1 : 0;
  if (problem === undefined) {
    state.limits.put({ ...tenant, minuteUsed: tenant.minuteUsed + 1, dayUsed: tenant.dayUsed + 1 });
    state.limits.put({ ...whole, minuteUsed: whole.minuteUsed + 1 });
  }
  const retryAt = { minute: tenant.minuteStart + MINUTE_MS, day: tenant.dayStart + DAY_MS, appminute: whole.minuteStart + MINUTE_MS };
  const retryAfter = problem === undefined || problem === 'concurrent' ? undefined : secondsUntil(retryAt[problem], now);
  return {
    problem,
    retryAfter: problem === 'appminute' ? undefined : retryAfter,
    headers: headersOf(app, tenant, whole, counted),
  };
}

/** What remains of the windows, for an answer that is not counted, and the seconds until the day's window ends. */
export function remaining(exchange: Exchange, app: App, tenantId: string): { headers: Record<string, string>; untilNextDay: number } {
  const tenant = useOf(exchange, keyOf(app.clientId, tenantId));
  const whole = useOf(exchange, keyOf(app.clientId, ''));
  return { headers: headersOf(app, tenant, whole, 0), untilNextDay: secondsUntil(tenant.dayStart + DAY_MS, exchange.now) };
}

/** Notes that an admitted call is answered only at `end` (epoch ms). */
export function occupy(inProgress: CallsInProgress, app: App, tenantId: string, end: number): void {
  inProgress.get(keyOf(app.clientId, tenantId))?.push(end);
}
