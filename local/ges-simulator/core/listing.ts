import { Problem } from './http.ts';
import type { RecordType, Snapshot, StoredRecord } from './records.ts';
import type { GesState } from './state.ts';
import { isDate } from './validation.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** A page of snapshots; `nextCursor` is null on the last one. */
export interface Page {
  readonly items: readonly Snapshot[];
  readonly nextCursor: string | null;
}

const badQuery = (name: string, message: string): Problem => new Problem(400, 'invalid-query', `${name} ${message}.`);

function readDate(query: Readonly<Record<string, string>>, name: string): string | undefined {
  const value = query[name];
  if (!value) return undefined;
  if (!isDate(value)) throw badQuery(name, 'must be a date like 2026-11-20');
  return value;
}

function readInstant(query: Readonly<Record<string, string>>, name: string): number | undefined {
  const value = query[name];
  if (!value) return undefined;
  if (!isDate(value) && !(INSTANT.test(value) && isDate(value.slice(0, 10)) && !Number.isNaN(Date.parse(value)))) {
    throw badQuery(name, 'must be an instant like 2026-11-20T10:15:00.000Z');
  }
  return Date.parse(value);
}

function readIds(query: Readonly<Record<string, string>>): ReadonlySet<string> | undefined {
  const value = query['ids'];
  if (value === undefined) return undefined;
  const ids = value.split(',').map((id) => id.trim());
  if (ids.includes('')) throw badQuery('ids', 'must be ids separated by commas');
  if (ids.length > MAX_LIMIT) throw badQuery('ids', `must name at most ${MAX_LIMIT} records`);
  return new Set(ids);
}

const MAX_INVOICE_IDS = 100;

/** Payments of the invoices named, where some are. */
function paymentsOf(
  state: GesState,
  accountId: string,
  type: RecordType,
  query: Readonly<Record<string, string>>,
): ReadonlySet<string> | undefined {
  const value = query['invoiceIds'];
  if (value === undefined) return undefined;
  if (type !== 'payment') throw badQuery('invoiceIds', 'is for payments only');
  const invoiceIds = new Set(value.split(',').map((id) => id.trim()));
  if (invoiceIds.has('')) throw badQuery('invoiceIds', 'must be ids separated by commas');
  if (invoiceIds.size > MAX_INVOICE_IDS) throw badQuery('invoiceIds', `must name at most ${MAX_INVOICE_IDS} invoices`);
  const payments = state.records(accountId, 'payment').map((record) => record.snapshot);
  return new Set(payments.filter((payment) => invoiceIds.has(payment.invoiceId)).map((payment) => payment.id));
}

function readLimit(query: Readonly<Record<string, string>>): number {
  const value = query['limit'];
  if (!value) return DEFAULT_LIMIT;
  const limit = Number(value);
  if (!/^\d+$/.test(value) || limit < 1 || limit > MAX_LIMIT) throw badQuery('limit', `must be a whole number from 1 to ${MAX_LIMIT}`);
  return limit;
}

const CURSOR = /^after-(\d+)$/;
const writeCursor = (sequence: number): string => Buffer.from(`after-${sequence}`).toString('base64url');

function readCursor(query: Readonly<Record<string, string>>): number {
  const value = query['cursor'];
  if (!value) return 0;
  const match = CURSOR.exec(Buffer.from(value, 'base64url').toString('utf8'));
  if (!match) throw badQuery('cursor', 'must be the nextCursor of the page before');
  return Number(match[1]);
}

/**
 * The records that belong to the invoices issued from `from` to `to` (both inclusive): those invoices themselves, their
 * customers, their payments; undefined when no dates are given. Policy G1: customers and payments follow their invoices.
 */
function issuedIds(
  state: GesState,
  accountId: string,
  type: RecordType,
  from: string | undefined,
  to: string | undefined,
): ReadonlySet<string> | undefined {
  if (from === undefined && to === undefined) return undefined;
  const invoices = state
    .records(accountId, 'invoice')
    .map((record) => record.snapshot)
    .filter((invoice) => invoice.issueDate >= (from ?? '') && invoice.issueDate <= (to ?? '9999-12-31'));
  if (type === 'invoice') return new Set(invoices.map((invoice) => invoice.id));
  if (type === 'customer') return new Set(invoices.map((invoice) => invoice.customerId));
  const invoiceIds = new Set(invoices.map((invoice) => invoice.id));
  const payments = state.records(accountId, 'payment').map((record) => record.snapshot);
  return new Set(payments.filter((payment) => invoiceIds.has(payment.invoiceId)).map((payment) => payment.id));
}

/**
 * One page of an account's records, in order of creation. That order never changes, so a record edited
 * or made while somebody pages is neither skipped nor given twice. `updatedFrom` is inclusive.
 * @throws Problem 400
 */
export function listRecords(state: GesState, accountId: string, type: RecordType, query: Readonly<Record<string, string>>): Page {
  const ids = readIds(query);
  const updatedFrom = readInstant(query, 'updatedFrom');
  const issued = issuedIds(state, accountId, type, readDate(query, 'issuedFrom'), readDate(query, 'issuedTo'));
  const ofInvoices = paymentsOf(state, accountId, type, query);
  const limit = readLimit(query);
  const after = readCursor(query);

  const page: StoredRecord[] = [];
  for (const record of state.records(accountId, type)) {
    if (record.sequence <= after) continue;
    if (ids && !ids.has(record.snapshot.id)) continue;
    if (issued && !issued.has(record.snapshot.id)) continue;
    if (ofInvoices && !ofInvoices.has(record.snapshot.id)) continue;
    if (updatedFrom !== undefined && Date.parse(record.snapshot.updatedAt) < updatedFrom) continue;
    page.push(record);
    if (page.length > limit) break;
  }
  const items = page.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map((record) => record.snapshot), nextCursor: page.length > limit && last ? writeCursor(last.sequence) : null };
}
