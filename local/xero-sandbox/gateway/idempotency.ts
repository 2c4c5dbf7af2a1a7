import { createHash } from 'node:crypto';
import type { Exchange } from '../core/exchange.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { keyOf } from '../core/state.ts';
import { XeroProblem } from '../api/problems.ts';

/** A key lives 6 minutes from its first use. */
export const IDEMPOTENCY_MS = 6 * 60_000;
export const IDEMPOTENCY_KEY_LENGTH = 128;

/** The key of a POST, PUT or PATCH; GETs ignore it. */
function idempotencyKeyOf({ request }: Exchange): string | undefined {
  const key = request.headers['idempotency-key'];
  return key === undefined || key === '' || !['POST', 'PUT', 'PATCH'].includes(request.method) ? undefined : key;
}

function fingerprintOf({ request }: Exchange): string {
  const tenantId = request.headers['xero-tenant-id'] ?? '';
  return createHash('sha256').update([request.method, request.url, tenantId, request.body].join('\n')).digest('base64');
}

/**
 * Does the work once per key: the same request within 6 minutes gets the first answer again, server errors too; another request with
 * the same key gets a 400.
 */
export function once(exchange: Exchange, clientId: string, work: () => SandboxAnswer): SandboxAnswer {
  const { state, now } = exchange;
  const key = idempotencyKeyOf(exchange);
  if (key === undefined) return work();
  if (key.length > IDEMPOTENCY_KEY_LENGTH)
    throw XeroProblem.validation(`Idempotency Key must not be longer than ${String(IDEMPOTENCY_KEY_LENGTH)} characters.`);
  const id = keyOf(clientId, key);
  const fingerprint = fingerprintOf(exchange);
  const first = state.idempotentAnswers.get(id);
  if (first !== undefined && now < first.firstUsed + IDEMPOTENCY_MS) {
    if (first.fingerprint !== fingerprint) throw XeroProblem.validation(`Idempotency Key: ${key} is used with a different request.`);
    return { status: first.status, headers: { ...first.headers }, body: first.body, delayMs: 0, lost: false };
  }
  const result = work();
  forgetOld(exchange);
  state.idempotentAnswers.put({ id, fingerprint, firstUsed: now, status: result.status, headers: result.headers, body: result.body });
  return result;
}

function forgetOld({ state, now }: Exchange): void {
  for (const entry of state.idempotentAnswers.values()) {
    if (now < entry.firstUsed + IDEMPOTENCY_MS) return;
    state.idempotentAnswers.delete(entry.id);
  }
}
