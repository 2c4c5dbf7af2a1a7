import type { Patch } from './fields.ts';
import type { Conflict } from './reconcile.ts';
import type { Problem } from './records.ts';

/** Something worth telling the user about a record, kept in its timeline. */
export interface Note {
  /** Stable code, e.g. `adopted`, `conflict`, `deleted-in-ges`. */
  readonly code: string;
  readonly text: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What Xero must be told about one record. `element` is in the words of the Xero port. */
export type XeroAction<E> =
  | { readonly op: 'none' }
  | { readonly op: 'create'; readonly element: E }
  | { readonly op: 'update'; readonly xeroId: string; readonly element: E };

/** What the policy says must happen to one record: the outcome of comparing base, GES and Xero. */
export type Decision<E> =
  /** Only a person can go on (F1). */
  | { readonly kind: 'attention'; readonly problem: Problem }
  /** Out of scope, with a reason; no fault, nothing to do. */
  | { readonly kind: 'not-followed'; readonly reason: string }
  /** Cannot go before another record has gone; says so meanwhile (F2). */
  | { readonly kind: 'wait'; readonly problem: Problem }
  /** Stays as it is until a person lets it go on, who is asked about many at once (F9). */
  | { readonly kind: 'hold'; readonly problem: Problem }
  | ActDecision<E>;

/** Tell both sides what they miss (possibly nothing), then let the bases advance. */
export interface ActDecision<E> {
  readonly kind: 'act';
  /** The Xero record that this one is, once known: linked, or adopted now. */
  readonly xeroId?: string;
  readonly xero: XeroAction<E>;
  /** Fields that the action changes in Xero: what else its answer shows as changed is news from a person there. */
  readonly changedInXero: readonly string[];
  readonly toGes: Patch;
  readonly conflicts: readonly Conflict[];
  readonly notes: readonly Note[];
  readonly warnings: readonly string[];
  readonly nameSuffix?: string;
  /** GES id of the customer that the contact belongs to already, where this one was merged into it (B6). */
  readonly sharedWith?: string;
  /** What only a person can solve, though the rest of the record travels. */
  readonly problem?: Problem;
  /** What the record waits for before it is in step: it is picked again at once. */
  readonly unfinished?: Problem;
  /** The Xero record that it was is no longer this one (C7a). */
  readonly unlinks?: true;
  /** Fields that stay as they last agreed, so that they travel once a person has solved it. */
  readonly withheld?: readonly string[];
  /** The record is to be deleted in GES, since it was deleted in Xero (D5). */
  readonly deleteInGes?: true;
  /** The record has ended on both sides: its link becomes a tombstone. */
  readonly tombstone?: true;
}

/** Nothing to tell either side: the start of every act. */
export function quietAct<E>(): ActDecision<E> {
  return { kind: 'act', xero: { op: 'none' }, changedInXero: [], toGes: {}, conflicts: [], notes: [], warnings: [] };
}

/** What is told of a field that both sides changed (E2). */
export function conflictNote({ field, kept, lost, winner }: Conflict): Note {
  const [winning, losing] = winner === 'ges' ? ['Gas Engineer Software', 'Xero'] : ['Xero', 'Gas Engineer Software'];
  return {
    code: 'conflict',
    text: `Both sides changed ${field}: the value of ${winning} was kept, the value of ${losing} was replaced.`,
    details: { field, winner, kept, lost },
  };
}
