import { RetryFailure } from '../sync/errors.ts';

/**
 * One of the words that we know; xero-node's enums are plain strings. A word that we do not know must not be taken for
 * one that we do, because money hangs on it: throws RetryFailure.
 */
export function knownWord<T extends string>(value: unknown, words: readonly T[], what: string): T {
  const known = words.find((word) => word === String(value));
  if (known === undefined) throw new RetryFailure(`Xero's answer has a word for ${what} that is not known`, 'server-error');
  return known;
}
