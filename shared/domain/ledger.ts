import type { Note } from './decision.ts';
import type { GesPayment, Problem, RecordStatus, Side } from './records.ts';
import type { OrganisationFacts, PaymentElement, XeroInvoice, XeroPayment } from './xero-invoice.ts';

/**
 * The ledger of an invoice: one entry per real payment, with its ids on both sides, what was last agreed, its state and its problem
 * (D1–D8). Stored with the invoice's base, so everything here is plain JSON. Money in pence, dates `YYYY-MM-DD`, instants epoch ms. Pure.
 */

export type PaymentMethod = GesPayment['method'];

/** What one side says of one payment. */
export interface Sum {
  /** Pence. */
  readonly amount: number;
  readonly date: string;
}

/** Where one payment stands between the two systems. */
export type EntryState =
  /** GES has it, Xero does not. `afterDeletion`: D6 deleted the old one on that account, and this is what takes its place. */
  | { readonly kind: 'unposted'; readonly afterDeletion?: { readonly accountId: string } }
  /** GES has it, and its method is left to the bank feed: it waits for what the bookkeeper reconciles (D1). */
  | { readonly kind: 'left-to-bank-feed' }
  /** What GES records as a discount: a credit of the invoice, no payment (D8). */
  | { readonly kind: 'credit' }
  /**
   * Xero has it, GES does not. `key`: the idempotency key under which GES was told, or is about to be; from then on it is entered to the end,
   * even where Xero deletes it meanwhile (`deletedAt`), because GES may have it already.
   */
  | { readonly kind: 'unentered'; readonly key?: string; readonly deletedAt?: number }
  | { readonly kind: 'linked' }
  /** Deleted in GES, Xero is to delete it (D5). */
  | { readonly kind: 'deleting' }
  /** Deleted in Xero; GES keeps it until then, for another payment may take the link over (D5). */
  | { readonly kind: 'waiting'; readonly until: number }
  /** Changed in GES: the payment in Xero (`xeroId`, on that account) is retired and is being deleted, to be made anew (D6). */
  | { readonly kind: 'replacing'; readonly accountId: string }
  /** Tombstone: it ended on both sides at that time. News of it changes nothing (E5). With a `xeroId` it was linked then. */
  | { readonly kind: 'ended'; readonly at: number };

export interface LedgerEntry {
  /** The side on which a person entered it. */
  readonly born: Side;
  readonly state: EntryState;
  readonly gesId?: string;
  /** Newest revision that has been dealt with; older news changes nothing (E5). */
  readonly gesRevision?: number;
  /** PaymentID of the payment that this one is in Xero. */
  readonly xeroId?: string;
  /** PaymentIDs that this one was before: never news again. */
  readonly retired?: readonly string[];
  readonly method?: PaymentMethod;
  readonly reference?: string;
  /** New in Xero, and known to be posted by us for this GES payment (F3). */
  readonly postedFor?: string;
  /** GES calls it a discount (D8). */
  readonly isDiscount?: true;
  /** The VAT in a discount, pence. */
  readonly vat?: number;
  /** What GES shows. */
  readonly ges?: Sum;
  /** What Xero shows. Differs from GES's where less could be posted than was received (D7). */
  readonly xero?: Sum;
  /** The GES side when both sides last agreed: a person has changed the payment in GES when `ges` differs from it (D6). */
  readonly agreed?: Agreed;
  /** What only a person can solve, or what the payment waits for: `paymentStanding` tells which. */
  readonly problem?: Problem;
  /** What a person was told and what stays until the payment changes, e.g. why it was put back (D5). */
  readonly told?: Problem;
  /** The last write of it that Xero or GES refused for good: the same is not sent again for a day. */
  readonly refused?: Refused;
  /** A person has said that it is a payment of its own: it pairs with nothing that only looks alike, and nobody is asked (D4). */
  readonly distinct?: true;
}
export interface Agreed extends Sum {
  readonly method?: PaymentMethod;
}
export interface Refused {
  readonly at: number;
  /** Digest of what was sent and of what it depended on: anything else may be tried at once. */
  readonly sent: string;
  readonly problem: Problem;
  readonly times: number;
}

export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  /** GES's payments were read as a whole since the invoice was sent. */
  readonly isGesRead?: true;
  /** AmountCredited of Xero as GES was last told (C12), pence. */
  readonly credited: number;
  /** Of a credit (C13): set against its invoice, or found that nothing is due there. Absent: still to be done. */
  readonly allocation?: 'done';
  /** AmountPaid that entries do not explain, how often its payments were read in vain, and when they are to be read again (F7). */
  readonly unexplained?: { readonly paid: number; readonly reads: number; readonly nextAt?: number };
  /** Of the ledger as a whole: `paid-not-explained`, `too-many-payments`. */
  readonly problem?: Problem;
}

export const EMPTY_LEDGER: Ledger = { entries: [], credited: 0 };

/** What GES is known to have of the invoice's payments. */
export type GesKnown =
  /** Every payment of the invoice, read after the ledger was: what is missing was deleted. Not to be used when GES no longer has the invoice. */
  | { readonly kind: 'all'; readonly payments: readonly GesPayment[] }
  /** News of some of them; possibly none. */
  | { readonly kind: 'news'; readonly payments: readonly GesPayment[]; readonly deleted: readonly GesDeletion[] };
export interface GesDeletion {
  readonly id: string;
  readonly revision: number;
}

/** What Xero is known to have. */
export interface XeroKnown {
  /** Payments of the invoice that were read now, deleted ones included; of one PaymentID the newest. */
  readonly payments: readonly XeroPayment[];
  /** Are these all of them? Then a linked payment that is missing is missing in Xero. */
  readonly isComplete: boolean;
  /** PaymentIDs that were asked for in vain (the answer to `reads.deletions`). */
  readonly missing?: readonly string[];
}

/** The Xero invoice as it was read now. */
export type LedgerInvoice = Pick<
  XeroInvoice,
  'invoiceId' | 'status' | 'total' | 'cisDeduction' | 'amountDue' | 'amountPaid' | 'amountCredited'
>;

/** Which account takes a payment (D1, D2, G1). */
export interface PaymentSettings {
  /** AccountID where the method has none of its own. */
  readonly paymentAccountId: string | null;
  /** AccountID by method, or `leave`: to the bank feed. */
  readonly paymentAccounts?: Partial<Readonly<Record<PaymentMethod, string>>>;
  /** A run's own account for payments dated before the account was connected (`YYYY-MM-DD`). */
  readonly before?: { readonly date: string; readonly accountId: string };
}

/** An unlinked payment on another invoice of the same customer (D4). */
export interface PaymentElsewhere extends Sum {
  readonly side: Side;
  /** Number of that invoice. */
  readonly invoiceNumber: string;
}

export interface LedgerInput {
  /** Undefined at the first link: then GES's payments are asked for in any case. */
  readonly ledger: Ledger | undefined;
  readonly ges: GesKnown;
  readonly xero: XeroKnown;
  /** Undefined: the invoice was never sent (A3). */
  readonly invoice: LedgerInvoice | undefined;
  /** The invoice itself needs a person, or waits: what is more than due in Xero is not split meanwhile (D7). */
  readonly invoiceWaits?: boolean;
  readonly settings: PaymentSettings;
  readonly facts: Pick<OrganisationFacts, 'lockedUntil' | 'accounts'>;
  /** Epoch ms. */
  readonly now: number;
  /** GES ids of payments whose post may have reached Xero: they are not posted again until that is known (F3). */
  readonly inDoubt?: ReadonlySet<string>;
  /** Number of this invoice, for sentences. */
  readonly invoiceNumber?: string;
  readonly elsewhere?: readonly PaymentElsewhere[];
  /** Why no deletion that one side has made is passed on now, by that side (F9). */
  readonly brake?: Partial<Readonly<Record<Side, Problem>>>;
  /** A person or a run asks to try again what was refused: once, in the first pass. */
  readonly retry?: boolean;
}

/** One write. At most 15 in a plan; deletions stand before creations. */
export type LedgerStep = PostStep | DeleteStep | EnterStep | RemoveStep | ChangeStep;
/** Post to Xero (D1). */
export interface PostStep {
  readonly kind: 'post';
  readonly gesId: string;
  readonly element: Extract<PaymentElement, { readonly kind: 'create' }>;
  /** What was sent and what it depended on, for `Refused`. */
  readonly sent: string;
  /** What stays to be told once it is posted: less was owed than was received (D7). */
  readonly problem?: Problem;
}
/** Delete in Xero (D5, D6). */
export interface DeleteStep {
  readonly kind: 'delete';
  readonly xeroId: string;
  /** What the invoice owes more once it is deleted, pence. */
  readonly amount: number;
}
/** Enter in GES (D3), or put back (D5). The same key answers the same payment, also after a crash. */
export interface EnterStep {
  readonly kind: 'enter';
  readonly xeroId: string;
  readonly key: string;
  /** `amount` in pounds, as GES takes it. */
  readonly payment: Pick<GesPayment, 'amount' | 'date' | 'method' | 'reference'>;
  /** It was deleted in GES and is put back: why. */
  readonly told?: Problem;
}
/** Remove in GES (D5), If-Match `revision`. */
export interface RemoveStep {
  readonly kind: 'remove';
  readonly gesId: string;
  readonly revision: number;
}
/** Change in GES: Xero's date (D4), or what a refused change puts back (D5). If-Match `revision`. */
export interface ChangeStep {
  readonly kind: 'change';
  readonly gesId: string;
  readonly revision: number;
  /** `amount` in pounds, as GES takes it. */
  readonly patch: Partial<Pick<GesPayment, 'amount' | 'date'>>;
  /** It was changed in GES and is put back: why. */
  readonly told?: Problem;
}

/** What must be read before the plan can be whole: read it and decide again. What does not depend on it is in the plan already. */
export interface LedgerReads {
  /** Every payment of the invoice in GES. */
  readonly ges?: true;
  /** Payments about to be deleted in Xero, as they are now: `isReconciled` may have changed unseen. Dates for a range, `YYYY-MM-DD`. */
  readonly deletions?: { readonly xeroIds: readonly string[]; readonly from: string; readonly to: string };
  /** AmountPaid is not explained: every payment of the invoice in Xero, through range or by invoice (F7). */
  readonly unexplained?: true;
}

/** Something to be told about one payment. */
export interface LedgerNote extends Note {
  readonly gesId?: string;
  readonly xeroId?: string;
}

export interface LedgerPlan {
  /** To be committed: before the steps where `commitFirst`, else with their results (`afterSteps` starts from it). */
  readonly ledger: Ledger;
  /** A step would be lost or doubled by a crash unless the ledger is stored before it is sent (D3, D6). */
  readonly commitFirst: boolean;
  readonly steps: readonly LedgerStep[];
  readonly reads: LedgerReads;
  /** There is more to do after these steps: decide again. */
  readonly more: boolean;
  /** When to look again though no news comes, epoch ms. */
  readonly wakeAt?: number;
  readonly notes: readonly LedgerNote[];
  /** AmountCredited that GES does not show yet, pence (C12): the result is `credited`. */
  readonly credited?: number;
}

/** What became of a step. A lost answer has no result: nothing is known, and the step is decided on again. */
export type StepResult =
  | { readonly outcome: 'posted'; readonly step: PostStep; readonly payment: XeroPayment }
  | { readonly outcome: 'deleted'; readonly step: DeleteStep }
  | { readonly outcome: 'entered'; readonly step: EnterStep; readonly payment: GesPayment }
  | { readonly outcome: 'removed'; readonly step: RemoveStep }
  | { readonly outcome: 'changed'; readonly step: ChangeStep; readonly payment: GesPayment }
  /** Not there any more: for a deletion as good as done. */
  | { readonly outcome: 'gone'; readonly step: DeleteStep | RemoveStep | ChangeStep }
  /** The other system said no for good; `messages` in its words. */
  | { readonly outcome: 'refused'; readonly step: LedgerStep; readonly messages: readonly string[] }
  /** GES has a newer revision, and nothing was done. `payment`: what GES shows now; without it GES's payments are asked for again. */
  | { readonly outcome: 'conflict'; readonly step: RemoveStep | ChangeStep; readonly payment?: GesPayment }
  /** GES shows this much as credited now, pence (C12); of that, what Xero's figures make of CIS (C8). */
  | { readonly outcome: 'credited'; readonly amount: number; readonly pennies?: number }
  /** GES did not take what Xero has credited, in its words. */
  | { readonly outcome: 'not-credited'; readonly amount: number; readonly messages: readonly string[] };

/** What a payment's row shows: a problem with status `pending` is what it waits for. */
export interface PaymentStanding {
  readonly status: RecordStatus;
  readonly problem?: Problem;
}
