import type { Organisation } from '../settings/records.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `31 Oct 2026`; Xero's exact form is not known. */
function written(ms: number): string {
  const date = new Date(ms);
  return `${String(date.getUTCDate())} ${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCFullYear())}`;
}

/** Why a document of that date cannot be made or changed: it lies on or before a lock date. Empty when it can. */
export function lockMessages({ periodLockDate, endOfYearLockDate }: Organisation, date: number): string[] {
  return [
    ...(periodLockDate !== undefined && date <= periodLockDate
      ? [`The document date cannot be before the period lock date, currently set at ${written(periodLockDate)}`]
      : []),
    ...(endOfYearLockDate !== undefined && date <= endOfYearLockDate
      ? [`The document date cannot be before the end of year lock date, currently set at ${written(endOfYearLockDate)}`]
      : []),
  ];
}

const dayOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

/** Formats by Xero's time zone names, made once: each holds much memory outside the heap. */
const ZONES: Readonly<Record<string, Intl.DateTimeFormat>> = { GMTSTANDARDTIME: dayOf('Europe/London') };
const UTC = dayOf('UTC');

/** Today in the organisation's time zone, as UTC midnight. */
export function today({ timezone }: Organisation, now: number): number {
  return Date.parse(`${(ZONES[timezone] ?? UTC).format(now)}T00:00:00Z`);
}
