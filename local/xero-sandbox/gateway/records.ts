/** How far one app has used its windows; tenantId '' is the app-wide row. Starts are epoch ms. */
export interface LimitUse {
  key: string;
  minuteStart: number;
  minuteUsed: number;
  dayStart: number;
  dayUsed: number;
}

/** The first answer to a request that carried an Idempotency-Key. */
export interface IdempotentAnswer {
  /** `<clientId>/<key>`: keys belong to the app. */
  id: string;
  fingerprint: string;
  firstUsed: number;
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** How often one method, path, tenant and status was called since the last reset. */
export interface CallCount {
  id: string;
  method: string;
  path: string;
  tenantId: string;
  status: number;
  count: number;
}

export const FAULT_KINDS = ['429', '500', '503', 'html', 'lost-before', 'lost-after', 'slow'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault waiting for calls to hit. */
export interface Fault {
  id: string;
  kind: FaultKind;
  /** Calls left to hit, or undefined when it goes by share. */
  next: number | undefined;
  /** Probability of hitting a matching call. */
  share: number | undefined;
  method: string | undefined;
  /** A call matches when its path starts with this text (case-insensitive). */
  path: string | undefined;
  tenantId: string | undefined;
  problem: string | undefined;
  retryAfterSeconds: number | undefined;
  delayMs: number | undefined;
  /** A 500 that saves the work all the same. */
  commit: boolean;
  hits: number;
}
