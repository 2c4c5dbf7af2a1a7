import type { ActDecision, Decision } from '../domain/decision.ts';
import type { Fields, Patch } from '../domain/fields.ts';
import type { Base, Link } from '../domain/link.ts';
import type { Problem, RecordType } from '../domain/records.ts';
import type { ElementAnswer } from './books-port.ts';
import type { GesRead } from './ges-reads.ts';
import type { Pass } from './pass.ts';
import type { GesWrite } from './platform-port.ts';
import type { Intent } from './records-port.ts';
import type { Work } from './work.ts';

/** Every GES snapshot says who it is and how new. */
export interface Snapshot {
  readonly id: string;
  readonly revision: number;
}
/** Every Xero record says when it changed: `UpdatedDateUTC`, epoch ms. */
export interface XeroRecord {
  readonly updatedAt: number;
}

/**
 * What a pass must be told about one type of record; everything else about a pass is the same for all types.
 * `G` is the GES snapshot, `X` the Xero record, `E` what is sent to Xero.
 */
export interface Entity<G extends Snapshot, X extends XeroRecord, E> {
  readonly type: RecordType;
  readonly ges: GesHalf<G>;
  readonly xero: XeroHalf<X, E>;
  readonly policy: Policy<G, X, E>;
}

export interface GesHalf<G> {
  fields(ges: G): Fields;
  /** Current snapshots; one GES call per 500. Missing ones are deleted. */
  read(pass: Pass, gesIds: readonly string[]): Promise<GesRead<G>>;
  /** With If-Match. `base` says what patched fields stood for when both sides last agreed. */
  write(pass: Pass, gesId: string, revision: number, patch: Patch, base: Base | undefined): Promise<GesWrite<G>>;
}

export interface XeroHalf<X, E> {
  id(xero: X): string;
  fields(xero: X): Fields;
  /** What Xero holds right after it saved this element: the base of a create whose answer was lost. */
  fieldsAfter(element: E): Fields;
  /** The fields as a base keeps them, with what tells them from GES's: what was agreed before, and what was sent, if anything was. */
  asBase(fields: Fields, known: KnownOfBase<E>): Fields;
  /** Is this Xero record the one that an intent wanted to create? */
  isMadeBy(xero: X, intent: Intent): boolean;
  /** Current Xero records by id. One Xero call per 40, or one of the feed. */
  read(pass: Pass, xeroIds: readonly string[]): Promise<ReadonlyMap<string, X>>;
  /** Xero records changed since (epoch ms), from the feed: one Xero call, more where over 1,000 changed. */
  changedSince(pass: Pass, since: number): Promise<readonly X[]>;
  /** One Xero call. At most 50. */
  create(pass: Pass, elements: readonly E[], key: string): Promise<readonly ElementAnswer<X>[]>;
  /** One Xero call. At most 50. */
  update(pass: Pass, elements: readonly Addressed<E>[], key: string): Promise<readonly ElementAnswer<X>[]>;
}
export interface KnownOfBase<E> {
  readonly ges: Fields;
  readonly before: Fields | undefined;
  readonly element: E | undefined;
}
export interface Addressed<E> {
  readonly xeroId: string;
  readonly element: E;
}

export interface Policy<G, X, E> {
  /** Does a deletion in GES leave Xero as it is, or is it decided on like any change (C4)? */
  readonly deletionInGes: 'stays-in-xero' | 'decided';
  /** One decision per record. `thorough`: a first decision was refused because Xero holds something that it did not know of. */
  decide(pass: Pass, records: readonly Loaded<G, X>[], thorough: boolean): Promise<ReadonlyMap<string, Decided<X, E>>>;
  /** Xero refused the element: send it another way, decide again with everything known, read it anew first, or leave it to a person. */
  refused(
    record: Loaded<G, X>,
    decision: ActDecision<E>,
    messages: readonly string[],
    thorough: boolean,
  ): ActDecision<E> | 'decide-again' | 'read-again' | (Decision<E> & { kind: 'attention' });
  /** Compares what both sides came to, once they agree on the fields (C7, C8): a problem that a person must see, or nothing. */
  checkAgreed(ges: Fields, xero: X): Problem | undefined;
}

/** A decision, and the Xero record it is about where the record met one that was there already. */
export interface Decided<X, E> {
  readonly decision: Decision<E>;
  readonly xero?: X;
}

/** A record with all that is known of it, ready to be decided on. */
export interface Loaded<G, X> {
  readonly work: Work<G>;
  readonly link: Link | undefined;
  readonly base: Base | undefined;
  /** The GES side; for Xero news alone the base stands in until a write says otherwise (If-Match guards it). */
  readonly ges: { readonly fields: Fields; readonly revision: number; readonly snapshot: G | undefined };
  /** Deleted in GES: the base stands in for what it was. */
  readonly isDeletedInGes: boolean;
  /** The Xero side, if linked and read. */
  readonly xero: X | undefined;
  /** Nothing of the record's own fields asks for anything: only its money may. */
  readonly isQuiet: boolean;
  /** Xero's words for why it refused what was decided before in this pass. */
  readonly refusal?: readonly string[];
}
