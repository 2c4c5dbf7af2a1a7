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
}
