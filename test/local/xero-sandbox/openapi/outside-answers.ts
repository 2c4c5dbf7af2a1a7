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
  token: { source: 'xero-facts §1 "Error bodies at the token endpoint"', fits: (exchange) => hasKeys(exchange, ['error']) },
  authorizePage: { source: 'xero-facts §1 "Flow": an error page', fits: (exchange) => isType(exchange, 'text/html') },
  authorizeDecision: { source: 'xero-facts §1 "Flow": an error page', fits: (exchange) => isType(exchange, 'text/html') },
};

/** Answers of Xero's gateway, which its description does not speak of. */
export const OUTSIDE_ANSWERS: Readonly<Record<number, OutsideAnswer>> = {
  401: { source: 'xero-facts §1 "Access failures at the API"', fits: (exchange) => hasKeys(exchange, PROBLEM) },
  403: { source: 'xero-facts §1 "Access failures at the API"', fits: (exchange) => hasKeys(exchange, PROBLEM) },
  404: { source: 'xero-facts §2 "Other codes"', fits: (exchange) => isType(exchange, 'text/html') },
  406: { source: 'xero-facts §12: fails loudly where Xero would answer XML', fits: (exchange) => isType(exchange, 'text/xml') },
  413: { source: 'xero-facts §2 "Request size"', fits: (exchange) => isType(exchange, 'text/html') },
  429: { source: 'xero-facts §2', fits: isRateLimit },
  500: {
    source: 'xero-facts §2 "500 sample"',
    fits: (exchange) => isType(exchange, 'text/html') || hasKeys(exchange, ['Detail', 'Instance', 'Status', 'Title']),
  },
  501: { source: 'xero-facts §2 "Other codes"', fits: (exchange) => hasKeys(exchange, ['ErrorNumber', 'Message', 'Type']) },
  503: { source: 'xero-facts §2 "503 bodies"', fits: (exchange) => isType(exchange, 'text/plain') },
};
