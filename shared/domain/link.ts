import type { Fields } from './fields.ts';
import type { Ledger } from './ledger.ts';
import type { Problem, RecordStatus, RecordType } from './records.ts';

/** The pair (GES id, Xero id) of one record, and how far both sides have got. Written by the lane only. Small: ingress reads it for each piece of news. */
export interface Link {
  readonly type: RecordType;
  readonly gesId: string;
  /** Absent while the record has no counterpart in Xero yet (attention before the first meeting). */
  readonly xeroId?: string;
  readonly status: RecordStatus;
  /** When `status` last changed, ISO-8601 UTC. */
  readonly statusAt: string;
  /** Newest revision of the GES record that has been dealt with; older news changes nothing (E5). */
  readonly gesRevision: number;
  /** Newest `UpdatedDateUTC` of the Xero record that has been dealt with, epoch milliseconds; 0 before the first. */
  readonly xeroSeenAt: number;
  readonly problem?: Problem;
  /** Codes of warnings that block nothing, e.g. `field-not-sent:email` (B8). */
  readonly warnings?: readonly string[];
  /** What we appended to the name to make it unique in Xero, e.g. ` (LS1 4AB)`; it never returns to GES (B4). */
  readonly nameSuffix?: string;
  /** The contact is this other customer's, too: its details follow that one only (B6). */
  readonly sharedWith?: string;
  /** Tombstone: the record was deleted in GES; a replayed "created" must not bring it back. */
  readonly deleted?: true;
  /** Grows by one with each commit; every commit is conditional on the version that was read. 0 = never stored. */
  readonly version: number;
}

/**
 * What both sides last agreed on: one projection of each side, because they differ legitimately, and for an invoice the ledger of its
 * payments. Stored in the same transaction as the link, whose version guards both.
 */
export interface Base {
  readonly ges: Fields;
  readonly xero: Fields;
  /** Invoices only; absent until its money was first looked at. */
  readonly ledger?: Ledger;
}

/** Where a payment stands, for news that does not name its invoice, for lists and for counts. Derived from the ledger that holds it. */
export interface PaymentMarker {
  /** GES id of the payment. */
  readonly gesId: string;
  /** GES id of the invoice whose ledger holds it. */
  readonly invoiceId: string;
  readonly xeroId?: string;
  readonly status: RecordStatus;
  /** When `status` last changed, ISO-8601 UTC. */
  readonly statusAt: string;
  /** Newest revision that has been dealt with (E5). */
  readonly gesRevision: number;
  readonly problem?: Problem;
  /** Tombstone: it ended on both sides. */
  readonly deleted?: true;
}
