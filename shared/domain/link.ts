import type { Fields } from './fields.ts';
import type { EntityType, Problem, RecordStatus } from './records.ts';

/** The pair (GES id, Xero id) of one record, and how far both sides have got. Written by the lane only (design §5). */
export interface Link {
  readonly type: EntityType;
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
  /** Invoices: what is paid in Xero by payments that are linked, pence. Anything else there was entered by a person (D3). */
  readonly paidInXero?: number;
  /** Tombstone: the record was deleted in GES; a replayed "created" must not bring it back (design §5). */
  readonly deleted?: true;
  /** Grows by one with each write; every write is conditional on the version that was read. 0 = never stored. */
  readonly version: number;
}

/** What both sides last agreed on: one projection of each side, because they differ legitimately (design §2). */
export interface Base {
  readonly ges: Fields;
  readonly xero: Fields;
  /** Grows by one with each write. 0 = never stored. */
  readonly version: number;
}
