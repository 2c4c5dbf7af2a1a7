import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../sync/ports.ts';

interface LineWriter {
  info(message: string, ids: LogIds): void;
  warn(message: string, ids: LogIds): void;
  error(message: string, ids: LogIds): void;
}
type LogIds = Readonly<Record<string, unknown>>;

/** Keys whose values are secret or personal: a slip in a caller must not reach the log. */
const WITHHELD_KEY =
  /token|secret|authori[sz]ation|cookie|password|signature|e-?mail|phone|mobile|address|(first|last|contact|customer)name/i;
/** What stands between spaces and quotes: each is looked at once, so that the time grows with the length and no faster. */
const WORD = /[^\s<>"']+/g;
const HAS_MAIL_DOMAIN = /@[^@.]+\../;
const BEARER_LIKE = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;
const MAX_TEXT = 500;

function safeText(text: string): string {
  const withoutBearers = text.replace(BEARER_LIKE, '$1 [withheld]');
  return withoutBearers
    .replace(WORD, (word) => (word.includes('@') && HAS_MAIL_DOMAIN.test(word) ? '[withheld]' : word))
    .slice(0, MAX_TEXT);
}

function safeValue(key: string, value: unknown): unknown {
  if (WITHHELD_KEY.test(key)) return '[withheld]';
  if (typeof value === 'string') return safeText(value);
  if (value instanceof Error) return describeError(value);
  if (Array.isArray(value)) return value.map((item) => safeValue(key, item));
  if (typeof value === 'object' && value !== null) return safeIds(value as LogIds);
  return value;
}

function safeIds(ids: LogIds): Record<string, unknown> {
  return Object.fromEntries(Object.entries(ids).map(([key, value]) => [key, safeValue(key, value)]));
}

/** An error as loggable fields. The message is cleaned of e-mail addresses and credentials; frames of the stack are kept. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    reason: safeText(error.message),
    stack: frames.slice(0, 12).join('\n'),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}

/**
 * A log of JSON lines for CloudWatch Logs (Powertools). Level from POWERTOOLS_LOG_LEVEL, service from
 * POWERTOOLS_SERVICE_NAME. Pass ids and codes; `error` may be an Error.
 */
export function createLog(logger: LineWriter = new Logger()): Log {
  return {
    info: (message, ids = {}) => logger.info(message, safeIds(ids)),
    warn: (message, ids = {}) => logger.warn(message, safeIds(ids)),
    error: (message, ids = {}) => logger.error(message, safeIds(ids)),
  };
}

/** The same log with `ids` (accountId, correlationId, …) on every line; ids of a single line win. */
export function withIds(log: Log, ids: LogIds): Log {
  return {
    info: (message, more) => log.info(message, { ...ids, ...more }),
    warn: (message, more) => log.warn(message, { ...ids, ...more }),
    error: (message, more) => log.error(message, { ...ids, ...more }),
  };
}
