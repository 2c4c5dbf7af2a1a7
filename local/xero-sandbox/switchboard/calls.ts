import { jsonAnswer } from '../core/messages.ts';
import { callCounts } from '../gateway/call-log.ts';
import type { Lever } from './context.ts';

/** Counting and listing calls. */
export const CALL_LEVERS: readonly Lever[] = [
  {
    method: 'GET',
    pattern: 'calls',
    does: 'counts by method, path and tenant since the last reset; xeroCalls are those under /api.xro/; ?log=N adds the last N calls',
    pull: ({ exchange, log }) => {
      const last = Number(exchange.url.searchParams.get('log') ?? 0);
      return jsonAnswer(200, { ...callCounts(exchange.state), ...(last > 0 && { log: log.recent().slice(-last) }) });
    },
  },
  {
    method: 'POST',
    pattern: 'calls/reset',
    does: 'sets the counts to zero',
    pull: ({ exchange, log }) => {
      log.reset(exchange.state);
      return jsonAnswer(200, callCounts(exchange.state));
    },
  },
];
