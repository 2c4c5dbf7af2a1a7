import { isDeepStrictEqual } from 'node:util';
import type { Change, GesEvent, Origin, RecordType, Snapshot, SnapshotOf } from './records.ts';
import type { Transaction } from './state.ts';

/** Who changes what, and when (`now` in epoch milliseconds). */
export interface WriteContext {
  readonly transaction: Transaction;
  readonly accountId: string;
  readonly origin: Origin;
  readonly now: number;
}

const DETAIL_TYPES: Readonly<Record<RecordType, GesEvent['detailType']>> = {
  customer: 'CustomerChanged',
  invoice: 'InvoiceChanged',
  payment: 'PaymentChanged',
};

function raise(
  context: WriteContext,
  type: RecordType,
  change: Change,
  record: Snapshot,
  revision: number,
  snapshot: Snapshot | null,
): void {
  const { id } = record;
  context.transaction.raise({
    source: 'ges.platform',
    detailType: DETAIL_TYPES[type],
    detail: {
      accountId: context.accountId,
      entity: { type, id, revision, ...('invoiceId' in record ? { invoiceId: record.invoiceId } : {}) },
      change,
      origin: context.origin,
      occurredAt: new Date(context.now).toISOString(),
      snapshot,
    },
  });
}

/** Stores a new record and raises its event. */
export function saveNew<T extends RecordType>(context: WriteContext, type: T, snapshot: SnapshotOf[T]): SnapshotOf[T] {
  context.transaction.put(context.accountId, type, snapshot);
  raise(context, type, 'created', snapshot, snapshot.revision, snapshot);
  return snapshot;
}

/**
 * Stores a changed record under the next revision and raises its event (the revision grows by each change).
 * A write through the platform API that changes nothing is no change: same revision, no event. A user's save always
 * counts, because "edit and re-issue" must send an old record although nothing in it differs (policy A3).
 */
export function saveChanged<T extends RecordType>(
  context: WriteContext,
  type: T,
  before: SnapshotOf[T],
  after: SnapshotOf[T],
): SnapshotOf[T] {
  if (context.origin === 'xero-sync' && isDeepStrictEqual(before, after)) return before;
  const snapshot = { ...after, revision: before.revision + 1, updatedAt: new Date(context.now).toISOString() };
  context.transaction.put(context.accountId, type, snapshot);
  raise(context, type, 'updated', snapshot, snapshot.revision, snapshot);
  return snapshot;
}

/** Removes a record; its event carries the revision after the last one, and no snapshot. */
export function saveRemoved(context: WriteContext, type: RecordType, before: Snapshot): void {
  context.transaction.remove(context.accountId, type, before.id);
  raise(context, type, 'deleted', before, before.revision + 1, null);
}

/**
 * Stores what GES derives and nobody edits: an invoice's balance after a payment. The revision stays and no event is
 * raised, for the payment's own event tells it; otherwise a payment on an old invoice would look like an edit of it
 * and send it (policy A3: a payment on an invoice that was never sent is not followed).
 */
export function saveDerived<T extends RecordType>(context: WriteContext, type: T, snapshot: SnapshotOf[T]): void {
  context.transaction.put(context.accountId, type, snapshot);
}
