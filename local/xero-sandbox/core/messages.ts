/** One HTTP request as the core sees it: header names in lower case, the body as the text that arrived. */
export interface SandboxRequest {
  method: string;
  /** Path with query, for example `/api.xro/2.0/Contacts?page=1`. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What the caller of the sandbox gets, and how the shell must hand it over. */
export interface SandboxAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds to wait before the answer is sent. */
  delayMs: number;
  /** The connection is cut instead of answering; whether anything was saved depends on the fault that asked for it. */
  lost: boolean;
}

/** A webhook POST to make now. Its outcome goes back into the core through `delivered`. */
export interface DeliverWebhook {
  kind: 'deliver-webhook';
  deliveryId: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
}

export type Effect = DeliverWebhook;

/** How a webhook POST ended; `status` 0 means no answer within the time allowed. */
export interface DeliveryOutcome {
  status: number;
  bodyLength: number;
  setsCookie: boolean;
}

/** Builds an answer that is sent at once. */
export function answer(status: number, headers: Record<string, string>, body: string): SandboxAnswer {
  return { status, headers, body, delayMs: 0, lost: false };
}

/** A JSON answer, for everything that is not under `/api.xro/` (those go through api/envelope.ts). */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): SandboxAnswer {
  return answer(status, { 'content-type': 'application/json; charset=utf-8', ...headers }, JSON.stringify(value));
}

/** An HTML page. */
export function htmlAnswer(status: number, html: string, headers: Record<string, string> = {}): SandboxAnswer {
  return answer(status, { 'content-type': 'text/html; charset=utf-8', ...headers }, html);
}
