import { ElementInvalid } from '../api/problems.ts';
import type { Organisation } from '../settings/records.ts';
import type { DocumentContext } from './context.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `30-Nov-2018`, as recorded. */
function written(ms: number): string {
  const date = new Date(ms);
  return `${String(date.getUTCDate()).padStart(2, '0')}-${MONTHS[date.getUTCMonth()] ?? ''}-${String(date.getUTCFullYear())}`;
}

/**
 * The lock dates on or after a date, by their names in Xero's messages. The period lock date stops everybody but advisers, whose connections
 * post into the period by API too; the end of year lock date stops all.
 */
function locksOn({ organisation, role }: Pick<DocumentContext, 'organisation' | 'role'>, date: number): { name: string; on: number }[] {
  const locks = [
    { name: 'period lock date', on: role === 'adviser' ? undefined : organisation.periodLockDate },
    { name: 'end of year lock date', on: organisation.endOfYearLockDate },
  ];
  return locks.flatMap(({ name, on }) => (on !== undefined && date <= on ? [{ name, on }] : []));
}

/** Why nothing may be posted on that date: it lies on or before a lock date. Empty when it may. */
export function lockMessages(context: Pick<DocumentContext, 'organisation' | 'role'>, date: number): string[] {
  return locksOn(context, date).map(({ name, on }) => `The document date cannot be before the ${name}, currently set at ${written(on)}`);
}

/** Why what is posted on that date may not be changed, voided or deleted any more. Empty when it may. */
export function lockedEditMessages(context: Pick<DocumentContext, 'organisation' | 'role'>, date: number): string[] {
  return locksOn(context, date).map(
    ({ name, on }) => `The document cannot be edited as it is currently dated before the ${name}, currently set at ${written(on)}`,
  );
}

/**
 * Throws when a lock date forbids the step from `before` (undefined: a new document) to `after`. Drafts and what is submitted may be made,
 * changed and deleted inside a locked period; approving there is refused, and so is any change of what is approved there.
 */
export function ensureUnlocked(
  context: DocumentContext,
  before: { date: number; isApproved: boolean } | undefined,
  after: { date: number; isApproved: boolean },
): void {
  const held = before?.isApproved === true ? lockedEditMessages(context, before.date) : [];
  const messages = held.length > 0 || !after.isApproved ? held : lockMessages(context, after.date);
  if (messages.length > 0) throw new ElementInvalid(messages);
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
