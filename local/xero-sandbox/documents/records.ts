export const LINE_AMOUNT_TYPES = ['Exclusive', 'Inclusive', 'NoTax'] as const;
export type LineAmountTypes = (typeof LINE_AMOUNT_TYPES)[number];

/** A line of an invoice or credit note. */
export interface Line {
  id: string;
  description: string | undefined;
  /** Ten-thousandths; undefined on a line that is only text. */
  quantity: number | undefined;
  /** Ten-thousandths of a pound, already rounded to the places the writer asked for (unitdp). */
  unitAmount: number | undefined;
  accountId: string | undefined;
  taxType: string | undefined;
  /** Pence. */
  lineAmount: number;
  taxAmount: number;
  /** The tax amount that was sent instead of computed, in pence. */
  taxOverride: number | undefined;
  /** Ten-thousandths of a percent. */
  discountRate: number | undefined;
  /** Pence. */
  discountAmount: number | undefined;
  tracking: readonly object[];
}

/** The sums of a document, in pence. */
export interface Totals {
  subTotal: number;
  totalTax: number;
  total: number;
  totalDiscount: number;
}
