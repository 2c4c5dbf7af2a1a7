import type { ActDecision, Decision } from '../domain/decision.ts';
import type { Fields, Patch } from '../domain/fields.ts';
import type { Base, Link } from '../domain/link.ts';
import type { EntityType, Problem } from '../domain/records.ts';
import type { Pass } from './deps.ts';
import type { GesRead } from './ges-reads.ts';
import type { ElementAnswer, GesWrite, Intent } from './ports.ts';
import type { Work } from './work.ts';

/**
 * What the drain must be told about one type of record; everything else about a drain is the same for all types.
 * `G` is the GES snapshot, `X` the Xero record, `E` what is sent to Xero.
 */
export interface Driver<G, X, E> {
  readonly type: EntityType;
  /** What a deletion in GES means for Xero: nothing, or the policy decides (C4, D5). */
  readonly whenDeletedInGes: 'stays-in-xero' | 'decide';
  /** Trusts a snapshot that ingress has checked already. */
  parseSnapshot(this: void, snapshot: unknown): G;
  revisionOf(ges: G): number;
  gesFields(ges: G): Fields;
  xeroFields(xero: X): Fields;
  xeroId(xero: X): string;
  /** UpdatedDateUTC, epoch ms. */
  xeroUpdatedAt(xero: X): number;
  /** What Xero holds right after it saved this element: the base of a create whose answer was lost. */
  sentFields(element: E): Fields;
  /** Is this Xero record the one that an intent wanted to create? For settling intents. */
  isMadeBy(xero: X, intent: Intent): boolean;

  /** Current snapshots; one GES call per 500. Missing ones are deleted. */
  readGes(pass: Pass, gesIds: readonly string[]): Promise<GesRead<G>>;
  /** Current Xero records by id; one Xero call per 100. */
  readXero(pass: Pass, xeroIds: readonly string[]): Promise<ReadonlyMap<string, X>>;
  /** Xero records changed since, for settling intents; one Xero call per 1,000. */
  readXeroSince(pass: Pass, since: number): Promise<readonly X[]>;

  /** Looks at what came along with the Xero records before anything is decided (D3: payments entered in Xero). */
  beforeDecide?(pass: Pass, records: readonly Ready<G, X>[]): Promise<readonly Ready<G, X>[]>;
  /** Compares what both sides came to, once they agree on the fields (C7, C8): a problem that a person must see, or nothing. */
  checkAgreed?(ges: Fields, xero: X): Problem | undefined;
  /**
   * Told when a record has been created in Xero or found there, before its news is forgotten: what goes along with it must be put where no
   * crash can lose it (A3: an invoice takes its payments along).
   */
  afterCreate?(pass: Pass, gesId: string, gesFields: Fields): Promise<void>;
  /** Told what Xero made of our writes: once they are stored, or before a create is linked that was in doubt (D1: what is paid on invoices). */
  afterwards?(pass: Pass, written: readonly X[]): Promise<void>;

  /**
   * The policy: one decision per record. `thorough`: a first decision was refused because Xero holds something that it did not know of,
   * so look at everything.
   */
  decide(pass: Pass, records: readonly Ready<G, X>[], thorough: boolean): Promise<ReadonlyMap<string, Decided<X, E>>>;
  /** Xero refused the element: try another way, look again at everything (unless that was done: `thorough`), or leave it to a person. */
  refused(
    record: Ready<G, X>,
    decision: ActDecision<E>,
    messages: readonly string[],
    thorough: boolean,
  ): ActDecision<E> | 'decide-again' | (Decision<E> & { kind: 'attention' });

  /** `base` says what patched fields stood for when both sides last agreed. */
  writeGes(pass: Pass, gesId: string, revision: number, patch: Patch, base: Base | undefined): Promise<GesWrite<G>>;
  /** Deletes the record in GES (D5). `gone` is as good. `base` as for `writeGes`. */
  deleteInGes(pass: Pass, gesId: string, revision: number, base: Base | undefined): Promise<GesWrite<G>>;
  create(pass: Pass, elements: readonly E[], key: string): Promise<readonly ElementAnswer<X>[]>;
  update(
    pass: Pass,
    elements: readonly { readonly xeroId: string; readonly element: E }[],
    key: string,
  ): Promise<readonly ElementAnswer<X>[]>;
}

/** A decision, and the Xero record it is about where the record met one that was there already. */
export interface Decided<X, E> {
  readonly decision: Decision<E>;
  readonly xero?: X;
}

/** A record with all that is known of it, ready to be decided on. */
export interface Ready<G, X> {
  readonly work: Work<G>;
  readonly link: Link | undefined;
  readonly base: Base | undefined;
  /** The GES side; for Xero news alone the base stands in until a write says otherwise (If-Match guards it). */
  readonly ges: { readonly fields: Fields; readonly revision: number; readonly snapshot: G | undefined };
  /** Deleted in GES: the base stands in for what it was. */
  readonly isDeletedInGes: boolean;
  /** The Xero side, if linked. */
  readonly xero: X | undefined;
}
