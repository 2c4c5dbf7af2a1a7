/** What one drain leaves to the next about Xero's limits. All times epoch ms. */
export interface BudgetNotes {
  /** Calls left in the minute window that ends at `minuteEndsAt`. */
  readonly minuteLeft?: number;
  readonly minuteEndsAt?: number;
  readonly dayLeft?: number;
  /** The greatest Remaining of the day that was seen: tells which of Xero's day limits holds. */
  readonly dayMost?: number;
  /** The day's limit was refused until then. */
  readonly dayEndsAt?: number;
}
