import type { GesAddress } from './records.ts';

/**
 * A Xero contact in neutral words: what the mapping in `shared/xero/` makes of Xero's answer. Empty strings mean "not given".
 * `billingAddress` is the POBOX slot; the STREET slot never travels (B2).
 */
export interface Contact {
  readonly contactId: string;
  readonly contactNumber: string;
  readonly name: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly mobile: string;
  readonly billingAddress: GesAddress;
  readonly vatNumber: string;
  readonly status: 'ACTIVE' | 'ARCHIVED' | 'GDPRREQUEST';
  /** ContactID of the winner when this one was merged away (B6). */
  readonly mergedTo?: string;
  readonly isCustomer: boolean;
  readonly isSupplier: boolean;
  /** `UpdatedDateUTC`, epoch milliseconds. */
  readonly updatedAt: number;
}

/** What a contact is to be told. Only named fields are sent; the adapter turns them into Xero's slots. */
export interface ContactPatch {
  readonly contactNumber?: string;
  readonly name?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly mobile?: string;
  readonly billingAddress?: GesAddress;
  readonly vatNumber?: string;
}
