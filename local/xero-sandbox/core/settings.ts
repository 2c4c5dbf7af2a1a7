/** What can be set from outside; stored, so that a restart goes on as before. */
export interface SandboxSettings {
  id: 'settings';
  /** Where the sandbox is reachable; issuer of its tokens and base of `resourceUrl`. */
  publicUrl: string;
  /** Added to every answer under /api.xro/. */
  latencyMs: number;
  /** From a change to its webhook. */
  webhookDelayMs: number;
  /** Between two tries of a failing delivery; Xero: about 15 minutes. */
  webhookRetryMs: number;
  /** Share of deliveries that are sent twice. */
  webhookDuplicateShare: number;
  /** Share of events that are held back for `webhookHoldMs`, so that they overtake one another. */
  webhookHoldShare: number;
  webhookHoldMs: number;
  /** Share of events that are never sent. */
  webhookDropShare: number;
  /** PAYMENT events, which the description of November 2026 has and nobody has seen. */
  paymentWebhook: boolean;
  /** Whether the good elements of a batch that is answered 400 are saved all the same. */
  refusedBatchSavesGood: boolean;
  /** VAT inside an inclusive price: the tax rounded first, or the net rounded first and the tax what is left. */
  inclusiveRounding: (typeof INCLUSIVE_ROUNDINGS)[number];
  /** The reverse-charge rates that may go on a sale; the other ones are for purchases. */
  reverseChargeOnRevenue: (typeof REVERSE_CHARGES)[number];
  /** Reverse-charge rates show the percentage they are named after, though none is put on the document. */
  reverseChargeShowsRate: boolean;
  /** Lines come back in another order than they were sent. */
  shuffleLines: boolean;
  /** Matching a payment with a bank line moves its UpdatedDateUTC. */
  reconcilingBumpsTime: boolean;
  /** What becomes of another amount for a line, named by its id, of a document that is paid in full. */
  paidLineAmounts: (typeof PAID_LINE_AMOUNTS)[number];
}

export const INCLUSIVE_ROUNDINGS = ['tax-first', 'net-first'] as const;
export const REVERSE_CHARGES = ['DRCHARGE', 'DRCHARGESUPPLY'] as const;
export const PAID_LINE_AMOUNTS = ['refused', 'kept'] as const;

export const DEFAULT_SETTINGS: SandboxSettings = {
  id: 'settings',
  publicUrl: 'http://localhost:4580',
  latencyMs: 0,
  webhookDelayMs: 150,
  webhookRetryMs: 15 * 60_000,
  webhookDuplicateShare: 0,
  webhookHoldShare: 0,
  webhookHoldMs: 3_000,
  webhookDropShare: 0,
  paymentWebhook: false,
  refusedBatchSavesGood: true,
  inclusiveRounding: 'tax-first',
  reverseChargeOnRevenue: 'DRCHARGE',
  reverseChargeShowsRate: false,
  shuffleLines: false,
  reconcilingBumpsTime: true,
  paidLineAmounts: 'refused',
};

/** The clock offset or, in virtual mode, the frozen instant; epoch ms. */
export interface ClockSetting {
  id: 'clock';
  mode: 'real' | 'virtual';
  offsetMs: number;
  virtualNow: number;
}

/** The seeded source: everything random or new is derived from seed and counter. */
export interface SourceSetting {
  id: 'source';
  seed: string;
  counter: number;
}

/** The private key (PKCS#8 PEM) that signs tokens; made by the shell, because making one is random. */
export interface SigningKeySetting {
  id: 'signing-key';
  pem: string;
}
