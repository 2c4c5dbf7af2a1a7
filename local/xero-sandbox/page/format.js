import { el } from './dom.js';

const MONEY = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

/** 1,234.50 */
export const money = (amount) => MONEY.format(amount ?? 0);

/** Epoch ms of Xero's `/Date(…)/`, of an ISO text or of a number; undefined when there is none. */
export function instant(value) {
  if (value === undefined || value === null || value === '') return undefined;
  const slash = /^\/Date\((-?\d+)/.exec(value);
  return slash ? Number(slash[1]) : new Date(value).getTime();
}

/** 22 Nov 2026, kept on one line */
export const day = (value) => (instant(value) === undefined ? '' : DAY.format(instant(value)).replaceAll(' ', '\u00a0'));

/** 22 Nov 2026, 10:00:00 (UTC, as the sandbox counts) */
export const moment = (value) => (instant(value) === undefined ? '' : MOMENT.format(instant(value)).replaceAll(' ', '\u00a0'));

/** 2026-11-22, for date fields. */
export const isoDay = (value) => (instant(value) === undefined ? '' : new Date(instant(value)).toISOString().slice(0, 10));

const STATUS = {
  ACTIVE: ['Active', 'good'],
  ARCHIVED: ['Archived', ''],
  GDPRREQUEST: ['Being erased', 'warn'],
  DRAFT: ['Draft', ''],
  SUBMITTED: ['Awaiting approval', 'warn'],
  AUTHORISED: ['Awaiting payment', 'warn'],
  PAID: ['Paid', 'good'],
  VOIDED: ['Voided', 'bad'],
  DELETED: ['Deleted', 'bad'],
};

export function badge(text, kind = '') {
  return el('span', { className: `badge ${kind}`, textContent: text });
}

/** The status as Xero's screens word it. */
export function statusBadge(status, words = {}) {
  const [text, kind] = words[status] ?? STATUS[status] ?? [status, ''];
  return badge(text, kind);
}

/** A sum with its unit: 1 contact, 2 contacts. */
export const count = (number, one, many = `${one}s`) => `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
