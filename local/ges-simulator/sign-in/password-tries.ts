import type { Transaction } from '../core/state.ts';
import { hasPassword, userByEmail, type GesUser } from './users.ts';

const MAX_TRIES = 5;
const WINDOW_MS = 15 * 60_000;

interface Tries {
  readonly failed: number;
  readonly since: number;
}

/** The user with that e-mail and password; `wrong` says as little as possible; `locked` after five wrong ones in a quarter of an hour. */
export function tryPassword(transaction: Transaction, email: string, password: string, now: number): GesUser | 'wrong' | 'locked' {
  const key = `password-tries/${email.trim().toLowerCase()}`;
  const stored = transaction.row(key) as Tries | null | undefined;
  const tries = stored && now - stored.since < WINDOW_MS ? stored : { failed: 0, since: now };
  if (tries.failed >= MAX_TRIES) return 'locked';
  const user = userByEmail(transaction, email);
  if (user !== undefined && hasPassword(user, password)) {
    transaction.putRow(key, null);
    return user;
  }
  transaction.putRow(key, { ...tries, failed: tries.failed + 1 });
  return 'wrong';
}
