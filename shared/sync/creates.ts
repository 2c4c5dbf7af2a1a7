import type { Entity, Snapshot, XeroRecord } from './entity.ts';
import { chunks } from './concurrency.ts';
import type { ElementAnswer } from './books-port.ts';
import { AttentionFailure, ReconnectFailure, RetryFailure, WaitFailure } from './errors.ts';
import type { Pass } from './pass.ts';
import type { Intent } from './records-port.ts';
import { sendWrite } from './writes.ts';

/** An element larger than this as JSON is not kept in its intent: such a batch is only looked up, never repeated. */
const ELEMENT_KEPT_UP_TO = 20_000;

/** A create that is to be sent, with what its intent must remember. */
export type PlannedCreate = Pick<Intent, 'id' | 'invoiceId' | 'gesFields' | 'gesRevision' | 'nameSuffix' | 'warnings'> & {
  readonly element: unknown;
};
/** Sends the elements of one batch under one idempotency key. One Xero call. */
export type SendCreates<X> = (elements: readonly unknown[], key: string) => Promise<readonly ElementAnswer<X>[]>;

/**
 * Creates one batch in Xero under the protection of intents (F3): noted in one transaction, sent, and the answers handed to `store`, which
 * commits each record together with the removal of its own intent. One Xero call, one round trip to the table. After a lost answer or a server
 * error the intents stay, and are looked up before anything else is done. A batch that is definitely refused as a whole is halved until the bad
 * element stands alone (F2); then `store` is called once for each part, with the place in `planned` at which its answers begin.
 */
export async function createBatch<X>(
  pass: Pass,
  type: Intent['type'],
  planned: readonly PlannedCreate[],
  sendAll: SendCreates<X>,
  store: (answers: readonly ElementAnswer<X>[], start: number) => Promise<void>,
): Promise<void> {
  const elements = planned.map(({ element }) => element);
  let intents: readonly Intent[] = [];
  const note = async (): Promise<void> => {
    intents = intentsOf(pass, type, planned);
    await pass.deps.intents.putIntents(pass.scope, intents);
  };
  const forget = (): Promise<void> => pass.deps.intents.removeIntents(pass.scope, intents);
  let answers: readonly ElementAnswer<X>[];
  try {
    answers = await sendWrite(pass, () => sendAll(elements, intents[0]?.key ?? ''), note, forget);
  } catch (failure) {
    const verdict = await noteFailure(pass, intents, failure);
    if (verdict === 'passed-on') throw failure;
    if (planned.length === 1) return store([{ ok: false, messages: [verdict.detail] }], 0);
    const size = Math.ceil(planned.length / 2);
    for (const [half, part] of chunks(planned, size).entries())
      await createBatch(pass, type, part, sendAll, (answered, start) => store(answered, half * size + start));
    return;
  }
  await store(answers, 0);
}

function intentsOf(pass: Pass, type: Intent['type'], planned: readonly PlannedCreate[]): readonly Intent[] {
  const key = pass.deps.ids.next();
  const attemptAt = pass.deps.clock.now();
  const isSmall = planned.every(({ element }) => JSON.stringify(element).length <= ELEMENT_KEPT_UP_TO);
  return planned.map(({ element, ...plan }, index): Intent => ({
    ...plan,
    ...(isSmall ? { element } : {}),
    type,
    key,
    index,
    count: planned.length,
    attemptAt,
    state: isSmall ? 'sent' : 'look-up',
  }));
}

/**
 * What a failed create leaves behind: after a definite "not done" nothing; after a cached server error intents that are only looked up; after
 * a lost answer the intents as they are. `detail`: refused as a whole, in Xero's words.
 */
async function noteFailure(pass: Pass, intents: readonly Intent[], failure: unknown): Promise<'passed-on' | { readonly detail: string }> {
  if (failure instanceof AttentionFailure) {
    await pass.deps.intents.removeIntents(pass.scope, intents);
    return { detail: failure.problem.detail ?? failure.problem.message };
  }
  // A limit or a refused token stands in front of the work. Xero "offline" may have come after it: in doubt, look first (F3).
  const isDefinite = failure instanceof ReconnectFailure || (failure instanceof WaitFailure && failure.limit !== 'offline');
  if (isDefinite) await pass.deps.intents.removeIntents(pass.scope, intents);
  if (failure instanceof RetryFailure && failure.outcome === 'server-error') await onlyLookUp(pass, intents);
  return 'passed-on';
}

/** From now on these are looked up only, never repeated. One transaction. */
export async function onlyLookUp(pass: Pass, intents: readonly Intent[]): Promise<void> {
  const repeatable = intents.filter(({ state }) => state === 'sent');
  if (repeatable.length === 0) return;
  await pass.deps.intents.putIntents(
    pass.scope,
    repeatable.map((intent): Intent => ({ ...intent, state: 'look-up' })),
  );
}

/** The `SendCreates` of an entity. */
export function senderOf<G extends Snapshot, X extends XeroRecord, E>(entity: Entity<G, X, E>, pass: Pass): SendCreates<X> {
  return (elements, key) => entity.xero.create(pass, elements as readonly E[], key);
}
