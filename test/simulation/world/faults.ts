/** What may go wrong, as probabilities; every draw is by call, event or process. All zero: nothing does. */
export interface Faults {
  /** An invocation is killed at one of its first calls. */
  readonly kill: number;
  /** An invocation stands still for longer than its lease. */
  readonly freeze: number;
  /** An event of GES, a webhook or a doorbell comes twice. */
  readonly doubled: number;
  /** An event of GES or a webhook is late by up to `lateMs`, and others overtake it. */
  readonly late: number;
  readonly lateMs: number;
  /** The first delivery of an event or a webhook reaches nobody: its sender tries again. */
  readonly newsLost: number;
  readonly doorbellLost: number;
  /** The answer of Xero is lost after it was carried out, or before: at once, or by the time-out. */
  readonly xeroLost: number;
  /** Kept by Xero under the idempotency key. */
  readonly xero500: number;
  /** A limit of any kind. */
  readonly xero429: number;
  readonly xero503: number;
  /** A page of HTML, with status 500 or 200. */
  readonly xeroHtml: number;
  /** As with Xero. */
  readonly gesLost: number;
  readonly ges500: number;
  readonly gesSlow: number;
  /** The answer to a refresh of tokens is lost. */
  readonly tokenLost: number;
  /** The table is in conflict. */
  readonly tableConflict: number;
  /** The table throttles longer than the SDK tries. */
  readonly tableThrottled: number;
  readonly busRefuses: number;
  /** Clocks of GES, Xero and us are apart by up to so much. */
  readonly skewMs: number;
}

export const NO_FAULTS: Faults = {
  kill: 0,
  freeze: 0,
  doubled: 0,
  late: 0,
  lateMs: 0,
  newsLost: 0,
  doorbellLost: 0,
  xeroLost: 0,
  xero500: 0,
  xero429: 0,
  xero503: 0,
  xeroHtml: 0,
  gesLost: 0,
  ges500: 0,
  gesSlow: 0,
  tokenLost: 0,
  tableConflict: 0,
  tableThrottled: 0,
  busRefuses: 0,
  skewMs: 0,
};

export const SOME_FAULTS: Faults = { ...NO_FAULTS, doubled: 0.05, late: 0.1, lateMs: 20_000, tableConflict: 0.002, skewMs: 5_000 };

export const ALL_FAULTS: Faults = {
  kill: 0.08,
  freeze: 0.02,
  doubled: 0.15,
  late: 0.25,
  lateMs: 120_000,
  newsLost: 0.05,
  doorbellLost: 0.05,
  xeroLost: 0.02,
  xero500: 0.02,
  xero429: 0.02,
  xero503: 0.01,
  xeroHtml: 0.01,
  gesLost: 0.02,
  ges500: 0.02,
  gesSlow: 0.02,
  tokenLost: 0.1,
  tableConflict: 0.005,
  tableThrottled: 0.001,
  busRefuses: 0.05,
  skewMs: 90_000,
};
