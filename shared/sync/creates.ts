import { isRunning } from '../domain/connection.ts';
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

/** Reads the connection again before a wave of writes (design §5, step 7): a user who disconnects is obeyed at once (F4). Throws StopPass. */
export async function assertStillConnected({ deps, connection }: Pass): Promise<void> {
  const now = await deps.connections.readConnection(connection.accountId);
  const isSame = isRunning(now) && now.connectSeq === connection.connectSeq && now.tenantId === connection.tenantId;
  const { syncCustomers, syncInvoices } = connection.settings;
  if (isSame && now.settings.syncCustomers === syncCustomers && now.settings.syncInvoices === syncInvoices) return;
  throw new StopPass('the connection or its switches changed');
}

/** A create that is to be sent, with what its intent must remember. */
export type PlannedCreate = Pick<Intent, 'id' | 'element' | 'gesFields' | 'gesRevision' | 'nameSuffix' | 'warnings'>;

/**
 * Creates one batch in Xero under the protection of intents (F3): notes first, then sends, then hands the answers to `store`, and only
 * when all are stored removes the notes; where somebody is to be told afterwards (`driver.afterwards`) it leaves that to the caller and returns
 * them, so that a crash before the telling leaves a trace. One Xero call. After a lost answer or a server error the notes stay for `settle`.
 * A batch that is refused as a whole is halved until the bad element stands alone (F2); then `store` is called once for each part, with the
 * place in `planned` at which its answers begin. `store` must not create anything: until the notes are gone, they speak for its records.
 */
export async function createBatch<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  planned: readonly PlannedCreate[],
  store: (answers: readonly ElementAnswer<X>[], start: number) => Promise<void>,
): Promise<readonly Intent[]> {
  assertMayWrite(pass);
  const key = pass.deps.ids.next();
  const attemptAt = pass.deps.clock.now();
  const common = { type: driver.type, side: 'xero', key, count: planned.length, attemptAt, state: 'sent' } as const;
  const intents = planned.map((plan, index): Intent => ({ ...common, ...plan, index }));
  await noteBatch(pass, intents);
  assertMayWrite(pass);
  const answers = await sendUnderIntents(driver, pass, intents);
  if (answers === 'refused-as-a-whole') {
    const size = Math.ceil(planned.length / 2);
    const left: Intent[] = [];
    for (const [half, part] of chunks(planned, size).entries()) {
      left.push(...(await createBatch(driver, pass, part, (answered, start) => store(answered, half * size + start))));
    }
    return left;
  }
  await store(answers, 0);
  if (driver.afterwards !== undefined) return intents;
  await removeIntents(pass, intents);
  return [];
}

/**
 * The first note of a batch is stored last and removed first. So when it is missing, nothing of the batch is under way: it was never sent
 * (killed while noting), or its outcome is known and stored (killed while removing).
 */
async function noteBatch(pass: Pass, intents: readonly Intent[]): Promise<void> {
  await putIntents(pass, intents.filter(isNotFirst));
  await putIntents(pass, intents.filter(isFirst));
}

/** Is nothing of this batch under way? `members`: all notes that are left of it. See `noteBatch`. */
export function isNotUnderWay(members: readonly Intent[]): boolean {
  return members.every((intent) => isNotFirst(intent) && intent.state === 'sent');
}

function isFirst(intent: Intent): boolean {
  return intent.index === 0;
}

function isNotFirst(intent: Intent): boolean {
  return !isFirst(intent);
}

/** From now on these are looked up only, never repeated. One table write a record. */
export function markForLookUp(pass: Pass, intents: readonly Intent[]): Promise<void> {
  const unmarked = intents.filter(({ state }) => state === 'sent');
  return putIntents(
    pass,
    unmarked.map((intent): Intent => ({ ...intent, state: 'server-error' })),
  );
}

/**
 * Sends the create that the intents describe. On a definite "not done" the intents are removed; on a cached server error they are marked;
 * on a lost answer they stay as they are.
 */
async function sendUnderIntents<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  intents: readonly Intent[],
): Promise<readonly ElementAnswer<X>[] | 'refused-as-a-whole'> {
  try {
    return await send(driver, pass, intents);
  } catch (error) {
    if (error instanceof AttentionFailure) {
      await removeIntents(pass, intents);
      if (intents.length > 1) return 'refused-as-a-whole';
      return [{ ok: false, messages: [error.problem.detail ?? error.problem.message] }];
    }
    // A limit or a refused token stands in front of the work. Xero "offline" may have come after it: in doubt, look first (F3).
    const isDefinite = error instanceof ReconnectFailure || (error instanceof WaitFailure && error.limit !== 'offline');
    if (isDefinite) await removeIntents(pass, intents);
    if (error instanceof RetryFailure && error.outcome === 'server-error') await markForLookUp(pass, intents);
    throw error;
  }
}

/**
 * Repeats, under the same key, a create whose answer was lost. Whatever refuses the repeat says nothing about the first attempt (F3), so the
 * intents stay: `undefined` when only looking up can tell (xero-facts §3: a key "used with a different request" means so too).
 */
export async function repeatUnderIntents<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  intents: readonly Intent[],
): Promise<readonly ElementAnswer<X>[] | undefined> {
  assertMayWrite(pass);
  try {
    return await send(driver, pass, intents);
  } catch (error) {
    const isRefused = error instanceof AttentionFailure;
    if (isRefused || (error instanceof RetryFailure && error.outcome === 'server-error')) await markForLookUp(pass, intents);
    if (isRefused) return undefined;
    throw error;
  }
}

async function send<G, X, E>(driver: Driver<G, X, E>, pass: Pass, intents: readonly Intent[]): Promise<readonly ElementAnswer<X>[]> {
  const [first] = intents;
  if (first === undefined) return [];
  const elements = intents.map((intent) => intent.element as E);
  return driver.create(pass, elements, first.key);
}

/** Notes what is about to be sent. One table write a record. */
async function putIntents(pass: Pass, intents: readonly Intent[]): Promise<void> {
  await forEachLimit(intents, STORE_WRITES_AT_ONCE, (intent) => pass.deps.intents.putIntent(pass.scope, intent));
}

/** Removes notes whose outcome is known and stored, the first of a batch before the others (see `noteBatch`). One table write a record. */
export async function removeIntents(pass: Pass, intents: readonly Intent[]): Promise<void> {
  for (const some of [intents.filter(isFirst), intents.filter(isNotFirst)]) {
    await forEachLimit(some, STORE_WRITES_AT_ONCE, (intent) => pass.deps.intents.removeIntent(pass.scope, intent));
  }
}
