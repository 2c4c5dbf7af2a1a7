import type { Recorded } from './recorder.ts';

/** An answer that the description leaves out for all operations, and what is known of it from elsewhere. */
interface OutsideAnswer {
  source: string;
  fits: (exchange: Recorded) => boolean;
}

const isType = ({ answerHeaders }: Recorded, type: string): boolean => (answerHeaders['content-type'] ?? '').startsWith(type);

function keysOf({ answer }: Recorded): string[] {
  try {
    return Object.keys(JSON.parse(answer) as object).sort();
  } catch {
    return [];
  }
}

const PROBLEM = ['Detail', 'Extensions', 'Instance', 'Status', 'Title', 'Type'];
const hasKeys = (exchange: Recorded, keys: readonly string[]): boolean =>
  isType(exchange, 'application/json') && keysOf(exchange).join() === keys.join();

function isRateLimit(exchange: Recorded): boolean {
  const problem = exchange.answerHeaders['x-rate-limit-problem'] ?? '';
  const promised = problem !== 'minute' && problem !== 'day' ? true : /^\d+$/.test(exchange.answerHeaders['retry-after'] ?? '');
  return ['minute', 'day', 'concurrent', 'appminute'].includes(problem) && promised;
}

/** Refusals of the OAuth endpoints by operation; of 400 elsewhere the description has the Error body. */
export const OAUTH_REFUSALS: Readonly<Record<string, OutsideAnswer>> = {
  token: { source: 'error bodies of the token endpoint', fits: (exchange) => hasKeys(exchange, ['error']) },
  authorizePage: { source: 'an error page of the identity server', fits: (exchange) => isType(exchange, 'text/html') },
  authorizeDecision: { source: 'an error page of the identity server', fits: (exchange) => isType(exchange, 'text/html') },
};

/** Answers of Xero's gateway, which its description does not speak of. */
export const OUTSIDE_ANSWERS: Readonly<Record<number, OutsideAnswer>> = {
  401: { source: 'access failures as recorded', fits: (exchange) => hasKeys(exchange, PROBLEM) },
  403: { source: 'access failures as recorded', fits: (exchange) => hasKeys(exchange, PROBLEM) },
  404: { source: 'other codes, as documented', fits: (exchange) => isType(exchange, 'text/html') },
  406: { source: 'fails loudly where Xero would answer XML', fits: (exchange) => isType(exchange, 'text/xml') },
  413: { source: 'limit on the size of a request', fits: (exchange) => isType(exchange, 'text/html') },
  429: { source: 'rate limits, as documented', fits: isRateLimit },
  500: {
    source: 'a recorded 500',
    fits: (exchange) => isType(exchange, 'text/html') || hasKeys(exchange, ['Detail', 'Instance', 'Status', 'Title']),
  },
  501: { source: 'other codes, as documented', fits: (exchange) => hasKeys(exchange, ['ErrorNumber', 'Message', 'Type']) },
  503: { source: 'documented bodies of a 503', fits: (exchange) => isType(exchange, 'text/plain') },
};
