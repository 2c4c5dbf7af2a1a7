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
}

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
