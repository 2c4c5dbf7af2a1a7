/**
 * The records that the GES platform sends and serves (contracts §1), and the words the whole project uses for them.
 * Pure types: the schemas that check them at the border are in `shared/ges/`.
 */

export type EntityType = 'customer' | 'invoice' | 'payment';

/** Which of the two systems something belongs to or came from. */
export type Side = 'ges' | 'xero';

export interface GesAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly county: string;
  readonly postcode: string;
  readonly country: string;
}

/** A whole customer as the platform knows it (contracts §1). Empty strings mean "not given". */
export interface GesCustomer {
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly mobile: string;
  readonly billingAddress: GesAddress;
  readonly vatNumber: string;
  readonly archived: boolean;
  readonly updatedAt: string;
}

/** Status of a link, as users see it (sync-policy, opening paragraph). */
export type RecordStatus = 'synced' | 'pending' | 'attention' | 'ignored' | 'not-followed';

/** What a person must know when only a person can unblock a record (F1). `detail` is raw text of the other system. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly detail?: string;
  /** Contacts that a person chooses among (B3, "Which one is it?"). */
  readonly candidates?: readonly string[];
}
