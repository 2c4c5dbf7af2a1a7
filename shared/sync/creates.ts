import { chunks, forEachLimit } from './concurrency.ts';
import type { Pass } from './deps.ts';
import type { Driver } from './driver.ts';
import { AttentionFailure, ReconnectFailure, RetryFailure, StopPass, WaitFailure } from './errors.ts';
import type { ElementAnswer, Intent } from './ports.ts';

/** Most records in one Xero write (xero-facts §2). */
export const BATCH_SIZE = 50;
/** Xero writes under way at once; Xero allows 5 (xero-facts §2). */
export const WRITES_AT_ONCE = 4;
const STORE_WRITES_AT_ONCE = 16;

/** Refuses to start a write when the lease is lost or the time is up. Throws StopPass. */
export function assertMayWrite(pass: Pass): void {
  if (!pass.lease.mayWrite()) throw new StopPass('lease lost or time up');
}

/** A create that is to be sent, with what its intent must remember. */
export type PlannedCreate = Pick<Intent, 'id' | 'element' | 'gesFields' | 'gesRevision' | 'nameSuffix' | 'warnings'>;

/**
 * Creates one batch in Xero under the protection of intents (F3): notes first, then sends, then hands the answers to `store`, and only
 * when all are stored removes the notes. One Xero call. After a lost answer or a server error the notes stay for `settle`.
 * A batch that is refused as a whole is halved until the bad element stands alone (F2).
 */
export async function createBatch<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  planned: readonly PlannedCreate[],
  store: (answers: readonly ElementAnswer<X>[]) => Promise<void>,
): Promise<void> {
  assertMayWrite(pass);
  const key = pass.deps.ids.next();
  const attemptAt = pass.deps.clock.now();
  const common = { type: driver.type, side: 'xero', key, count: planned.length, attemptAt, state: 'sent' } as const;
  const intents = planned.map((plan, index): Intent => ({ ...common, ...plan, index }));
  await putIntents(pass, intents);
  const answers = await sendUnderIntents(driver, pass, intents);
  if (answers === 'refused-as-a-whole') {
    const answersInOrder: ElementAnswer<X>[] = [];
    for (const half of chunks(planned, Math.ceil(planned.length / 2))) {
      await createBatch(driver, pass, half, async (answered) => void answersInOrder.push(...answered));
    }
    return store(answersInOrder);
  }
  await store(answers);
  await removeIntents(pass, intents);
}

/**
 * Sends (or, within six minutes, repeats) the create that the intents describe. On a definite "not done" the intents are removed; on a
 * cached server error they are marked; on a lost answer they stay as they are.
 */
export async function sendUnderIntents<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  intents: readonly Intent[],
): Promise<readonly ElementAnswer<X>[] | 'refused-as-a-whole'> {
  const [first] = intents;
  if (first === undefined) return [];
  try {
    return await driver.create(
      pass,
      intents.map((intent) => intent.element as E),
      first.key,
    );
  } catch (error) {
    if (error instanceof AttentionFailure) {
      await removeIntents(pass, intents);
      if (intents.length > 1) return 'refused-as-a-whole';
      return [{ ok: false, messages: [error.problem.detail ?? error.problem.message] }];
    }
    if (error instanceof WaitFailure || error instanceof ReconnectFailure) await removeIntents(pass, intents);
    if (error instanceof RetryFailure && error.outcome === 'server-error') {
      await putIntents(
        pass,
        intents.map((intent): Intent => ({ ...intent, state: 'server-error' })),
      );
    }
    throw error;
  }
}

/** Notes what is about to be sent. One table write a record. */
async function putIntents(pass: Pass, intents: readonly Intent[]): Promise<void> {
  await forEachLimit(intents, STORE_WRITES_AT_ONCE, (intent) => pass.deps.intents.putIntent(pass.scope, intent));
}

/** Removes notes whose outcome is known and stored. One table write a record. */
export async function removeIntents(pass: Pass, intents: readonly Intent[]): Promise<void> {
  await forEachLimit(intents, STORE_WRITES_AT_ONCE, (intent) => pass.deps.intents.removeIntent(pass.scope, intent));
}
