import type { EntityType } from '../domain/records.ts';
import { isCredit } from '../domain/credit.ts';
import { gesIdIn } from '../domain/ledger-entry.ts';
import type { XeroPayment } from '../domain/xero-invoice.ts';
import { agreedStep } from './agree.ts';
import type { ElementAnswer } from './books-port.ts';
import { commitStep } from './commit.ts';
import { onlyLookUp, senderOf, type SendCreates } from './creates.ts';
import { createCredits } from './credits.ts';
import { customers } from './customers.ts';
import type { Entity, Loaded, Snapshot, XeroRecord } from './entity.ts';
import { AttentionFailure, RetryFailure } from './errors.ts';
import { currentFacts } from './facts.ts';
import { invoicesOf } from './invoices.ts';
import { sendPosts } from './ledger-writes.ts';
import { newsOfXeroPayment } from './ledger-news.ts';
import type { Pass } from './pass.ts';
import type { Intent } from './records-port.ts';
import { ownNews } from './retry.ts';
import { sendWrite } from './writes.ts';

/** A create may be repeated under its key for six minutes; we stop a minute earlier. */
const REPEAT_WITHIN_MS = 5 * 60_000;
/** "Not found" counts only when the attempt is this old: a slow create may still be on its way. */
export const NOT_FOUND_AFTER_MS = 2 * 60_000;
/** How far before the attempt the look-up starts: our clock and Xero's need not agree. */
const LOOK_BACK_MS = 5 * 60_000;

/** Records whose create is still in doubt, and when they may be picked again (epoch ms), by type and GES id. */
export type Doubts = Readonly<Record<EntityType, ReadonlyMap<string, number>>>;

/**
 * Finds out what became of creates that were noted and whose outcome is not stored, before anything is treated as new (F3). The records' news
 * is still there, so what turns out not to have happened simply goes its normal way again. Xero calls: none when there are no open intents;
 * else one per batch that can be repeated, and one read of the feed per type, credit notes counted as one.
 */
export async function clearDoubts(pass: Pass): Promise<Doubts> {
  const intents = await pass.deps.intents.listIntents(pass.scope);
  const of = (type: EntityType): readonly Intent[] => intents.filter((intent) => intent.type === type);
  const customer = await clearOf(pass, of('customer'), async () => creatorOf(customers, pass));
  const [credits, invoices] = [of('invoice').filter(isOfCredit), of('invoice').filter((intent) => !isOfCredit(intent))];
  const facts = credits.length === 0 ? undefined : await currentFacts(pass);
  const invoice = new Map([
    ...(await clearOf(pass, invoices, async () => creatorOf(await invoicesOf(pass, false), pass))),
    ...(facts === undefined ? [] : await clearOf(pass, credits, async () => creatorOf(createCredits(facts, noNumber), pass))),
  ]);
  const payment = await clearOf(pass, of('payment'), async () => paymentCreator(pass));
  return { customer, invoice, payment };
}

/** Was it a credit note that was to be created (C13)? */
function isOfCredit({ gesFields }: Intent): boolean {
  return isCredit(gesFields['gross']);
}
const noNumber = (): undefined => undefined;

/** How the creates of one type are repeated, found and stored. */
interface Creator<X extends XeroRecord> {
  readonly send: SendCreates<X>;
  changedSince(since: number): Promise<readonly X[]>;
  isMadeBy(xero: X, intent: Intent): boolean;
  /** Stores that the intent's create happened, and removes the intent in the same transaction. `isReplay`: as it was when it was created. */
  keep(intent: Intent, xero: X, isReplay: boolean): Promise<void>;
}

async function clearOf<X extends XeroRecord>(
  pass: Pass,
  open: readonly Intent[],
  creator: () => Promise<Creator<X>>,
): Promise<ReadonlyMap<string, number>> {
  if (open.length === 0) return new Map();
  const { send, ...found } = await creator();
  const toLookUp: Intent[] = [];
  for (const batch of byKey(open)) {
    const answers = mayRepeat(batch, pass.deps.clock.now()) ? await repeat(pass, batch, send) : undefined;
    if (answers === undefined) toLookUp.push(...batch);
    else {
      for (const [place, intent] of batch.entries()) {
        const answer = answers[place];
        if (answer?.ok === true) await found.keep(intent, answer.record, true);
        else await pass.deps.intents.removeIntents(pass.scope, [intent]);
      }
    }
  }
  return lookUp(pass, toLookUp, found);
}

function byKey(intents: readonly Intent[]): readonly (readonly Intent[])[] {
  return [...Map.groupBy(intents, (intent) => intent.key).values()].map((batch) => batch.sort((a, b) => a.index - b.index));
}

/** The very same body must go out again: all members there, no cached error, the key still alive. */
function mayRepeat(batch: readonly Intent[], now: number): boolean {
  const isWhole = batch.length === batch[0]?.count;
  return isWhole && batch.every((intent) => intent.state === 'sent' && now - intent.attemptAt < REPEAT_WITHIN_MS);
}

/** Whatever refuses the repeat says nothing about the first attempt (F3): `undefined`, and the intents are only looked up from then on. */
async function repeat<X>(pass: Pass, batch: readonly Intent[], send: SendCreates<X>): Promise<readonly ElementAnswer<X>[] | undefined> {
  pass.log.info('repeating a create whose answer was lost', { type: batch[0]?.type, members: batch.length });
  const elements = batch.map(({ element }) => element);
  try {
    return await sendWrite(pass, () => send(elements, batch[0]?.key ?? ''));
  } catch (failure) {
    const isRefused = failure instanceof AttentionFailure;
    if (isRefused || (failure instanceof RetryFailure && failure.outcome === 'server-error')) await onlyLookUp(pass, batch);
    if (isRefused) return undefined;
    throw failure;
  }
}

/** Looks for records that carry our id among what changed in Xero since the first attempt. */
async function lookUp<X extends XeroRecord>(
  pass: Pass,
  intents: readonly Intent[],
  { changedSince, isMadeBy, keep }: Omit<Creator<X>, 'send'>,
): Promise<ReadonlyMap<string, number>> {
  if (intents.length === 0) return new Map();
  const recent = await changedSince(Math.min(...intents.map((intent) => intent.attemptAt)) - LOOK_BACK_MS);
  const now = pass.deps.clock.now();
  const open: Intent[] = [];
  const never: Intent[] = [];
  for (const intent of intents) {
    const xero = recent.find((candidate) => isMadeBy(candidate, intent));
    if (xero !== undefined) await keep(intent, xero, false);
    else (now - intent.attemptAt >= NOT_FOUND_AFTER_MS ? never : open).push(intent);
  }
  await onlyLookUp(pass, open);
  await pass.deps.intents.removeIntents(pass.scope, never);
  return new Map(open.map((intent) => [intent.id, intent.attemptAt + NOT_FOUND_AFTER_MS]));
}

function creatorOf<G extends Snapshot, X extends XeroRecord, E>(entity: Entity<G, X, E>, pass: Pass): Creator<X> {
  return {
    send: senderOf(entity, pass),
    changedSince: (since) => entity.xero.changedSince(pass, since),
    isMadeBy: (xero, intent) => entity.xero.isMadeBy(xero, intent),
    keep: (intent, xero, isReplay) => keepFound(entity, pass, intent, xero, isReplay),
  };
}

/**
 * The create did happen: the record is linked, with what was sent as the base of both sides, and picked once more, so that what a person has
 * changed in Xero since travels. One commit.
 */
async function keepFound<G extends Snapshot, X extends XeroRecord, E>(
  entity: Entity<G, X, E>,
  pass: Pass,
  intent: Intent,
  xero: X,
  isReplay: boolean,
): Promise<void> {
  const { type } = entity;
  const xeroId = entity.xero.id(xero);
  const stored = (await pass.deps.records.getRecords(pass.scope, type, [intent.id])).get(intent.id);
  const holder = (await pass.deps.records.findAliases(pass.scope, type, [xeroId])).get(xeroId);
  if (stored?.link.xeroId !== undefined || (holder !== undefined && holder !== intent.id)) {
    if (holder !== intent.id) pass.log.warn('what was found in Xero is linked already', { type, gesId: intent.id, xeroId, holder });
    await pass.deps.intents.removeIntents(pass.scope, [intent]);
    return;
  }
  const record: Loaded<unknown, unknown> = {
    work: {
      type,
      gesId: intent.id,
      gesPayments: [],
      xeroPayments: [],
      isOwn: true,
      fromRun: false,
      attempts: 0,
      correlationId: intent.key,
      sources: [],
    },
    link: stored?.link,
    base: stored?.base,
    ges: { fields: intent.gesFields, revision: intent.gesRevision, snapshot: undefined },
    isDeletedInGes: false,
    xero,
    isQuiet: false,
  };
  const asSent = isReplay || intent.element === undefined ? entity.xero.fields(xero) : entity.xero.fieldsAfter(intent.element as E);
  const known = { ges: intent.gesFields, before: undefined, element: intent.element as E | undefined };
  const step = agreedStep(pass, record, {
    xeroId,
    ges: { fields: intent.gesFields, revision: intent.gesRevision },
    xero: { fields: entity.xero.asBase(asSent, known), updatedAt: 0, isSurprise: false },
    decision: {
      warnings: intent.warnings ?? [],
      ...(intent.nameSuffix === undefined ? {} : { nameSuffix: intent.nameSuffix }),
      notes: [],
      conflicts: [],
    },
    problem: undefined,
    wrote: { ges: false, xero: true },
    isCreated: true,
  });
  await commitStep(pass, stored?.link, { ...step, put: [ownNews(pass, type, intent.id)] });
}

/** A payment that was posted goes back to its invoice's ledger as news: its reference says whose it is. */
function paymentCreator(pass: Pass): Creator<XeroPayment> {
  return {
    send: sendPosts(pass),
    changedSince: async (since) => (await pass.feeds.payments(since)).items,
    isMadeBy: (xero, intent) => xero.status === 'AUTHORISED' && gesIdIn(xero.reference) === intent.id,
    async keep(intent, xero) {
      await pass.deps.inbox.put(pass.scope, newsOfXeroPayment(pass, intent.invoiceId ?? '', { ...xero, postedFor: intent.id }));
      await pass.deps.intents.removeIntents(pass.scope, [intent]);
    },
  };
}
