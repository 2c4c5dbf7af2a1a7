/** One thing that somebody does: pure data. Whom it concerns is chosen by a hash of `key` among those who are there when it is done. */
export interface Deed {
  /** Identifies the deed and all its choices, whatever else is left out. */
  readonly key: string;
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly account: number;
  readonly what: string;
}
