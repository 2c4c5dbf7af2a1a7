import type { Exchange } from '../core/exchange.ts';
import { guidFrom } from '../core/guids.ts';
import { answer, htmlAnswer, jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import type { Fault } from './records.ts';

function matches(fault: Fault, { request, url }: Exchange): boolean {
  return (
    (fault.method === undefined || fault.method === request.method) &&
    (fault.path === undefined || url.pathname.toLowerCase().startsWith(fault.path.toLowerCase())) &&
    (fault.tenantId === undefined || fault.tenantId.toLowerCase() === request.headers['xero-tenant-id']?.toLowerCase())
  );
}

/** The fault that hits this call, if any; counts the hit. */
export function faultFor(exchange: Exchange): Fault | undefined {
  const { state } = exchange;
  for (const fault of state.faults.values()) {
    if (!matches(fault, exchange)) continue;
    if (fault.next !== undefined && fault.next <= 0) continue;
    if (fault.share !== undefined && state.newShare() >= fault.share) continue;
    const next = fault.next === undefined ? undefined : fault.next - 1;
    return state.faults.put({ ...fault, next, hits: fault.hits + 1 });
  }
  return undefined;
}

/** The 500 of Xero. */
export function internalError({ now, request }: Exchange): SandboxAnswer {
  return jsonAnswer(500, {
    Title: 'An error occurred',
    Detail: 'An error occurred in Xero. Check the API Status page http://status.developer.xero.com for current service status.',
    Status: 500,
    Instance: guidFrom(`${String(now)} ${request.url}`),
  });
}

/** The answer of a fault that keeps the call from being worked on at all, or undefined when the call goes through. */
export function refusalOf(fault: Fault | undefined, exchange: Exchange): SandboxAnswer | undefined {
  switch (fault?.kind) {
    case '429': {
      const problem = fault.problem ?? 'minute';
      const retryAfter = fault.retryAfterSeconds ?? (problem === 'minute' ? 30 : undefined);
      return answer(
        429,
        {
          'content-type': 'text/plain',
          'x-rate-limit-problem': problem,
          ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
          ...(problem === 'minute' && { 'x-minlimit-remaining': '0' }),
          ...(problem === 'day' && { 'x-daylimit-remaining': '0' }),
        },
        'Rate limit exceeded',
      );
    }
    case '503':
      return answer(503, { 'content-type': 'text/plain' }, fault.problem ?? 'The Xero API is temporarily unavailable');
    case 'html':
      return htmlAnswer(
        Number(fault.problem ?? 500),
        '<html><head><title>500 Internal Server Error</title></head><body><hr><center>nginx</center></body></html>',
      );
    case 'lost-before':
      return { ...answer(0, {}, ''), lost: true };
    case '500':
      return fault.commit ? undefined : internalError(exchange);
    case 'lost-after':
    case 'slow':
    case undefined:
      return undefined;
  }
}

/** The answer as the fault lets it out after the work was done. */
export function distorted(result: SandboxAnswer, fault: Fault | undefined, exchange: Exchange): SandboxAnswer {
  switch (fault?.kind) {
    case 'lost-after':
      return { ...result, lost: true };
    case 'slow':
      return { ...result, delayMs: result.delayMs + (fault.delayMs ?? 5_000) };
    case '500':
      return fault.commit ? internalError(exchange) : result;
    default:
      return result;
  }
}
