import * as z from 'zod';
import { RetryFailure } from '../sync/errors.ts';
import type { Clock } from '../sync/ports.ts';

/** Asked for anew this long before it expires, so that no call starts with a token that dies on the way. */
const EXPIRY_MARGIN_MS = 60_000;

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Sends a form to the token endpoint and returns the parsed JSON answer. Throws SyncFailures. */
export type RequestToken = () => Promise<unknown>;

export interface PlatformToken {
  /** A token good for at least a minute. Callers at the same time share one request. */
  get(): Promise<string>;
  /** Forgets this token if it is still the present one. */
  forget(token: string): void;
}

/** Keeps the client-credentials token of the GES platform in memory. Throws what `request` throws, and RetryFailure on an answer without a token. */
export function createPlatformToken(request: RequestToken, clock: Pick<Clock, 'now'>): PlatformToken {
  let held: { readonly token: string; readonly until: number } | undefined;
  let underway: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    const answer = tokenAnswer.safeParse(await request());
    if (!answer.success) throw new RetryFailure("The GES platform's answer to POST token holds no token", 'server-error');
    const { access_token: token, expires_in: seconds } = answer.data;
    held = { token, until: clock.now() + seconds * 1_000 - EXPIRY_MARGIN_MS };
    return token;
  };

  return {
    get() {
      if (held !== undefined && clock.now() < held.until) return Promise.resolve(held.token);
      underway ??= renew().finally(() => (underway = undefined));
      return underway;
    },
    forget(token) {
      if (held?.token === token) held = undefined;
    },
  };
}
