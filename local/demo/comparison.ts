import type { Base, Link } from '../../shared/domain/link.ts';
import type { EntityType } from '../../shared/domain/records.ts';

/** One record as both sides have it now. */
export interface Comparison {
  readonly type: EntityType;
  readonly gesId: string;
  readonly xeroId: string | null;
  /** What a person would know it by. */
  readonly inGes: string;
  readonly inXero: string | null;
  readonly state: 'agrees' | 'attention' | 'not-followed' | 'differs';
  /** The policy rule that explains what is not simply equal, with a sentence. */
  readonly because: string | null;
  /** Invoices: total, VAT and amount due on each side, pence. */
  readonly money?: { readonly ges: Amounts; readonly xero: Amounts };
}
export interface Amounts {
  readonly total: number;
  readonly vat: number;
  readonly due: number;
}

/** What a link of a customer or invoice and the marker of a payment have in common. */
export type Followed = Pick<Link, 'xeroId' | 'status' | 'problem' | 'nameSuffix'>;

/** A record of GES with what is stored of its link. */
export interface Known<G> {
  readonly record: G;
  readonly link: Followed | undefined;
  readonly base: Base | undefined;
}
