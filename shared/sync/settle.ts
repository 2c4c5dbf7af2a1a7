import { isNotUnderWay, markForLookUp, removeIntents, repeatUnderIntents } from './creates.ts';
import type { Pass } from './deps.ts';
import type { Driver } from './driver.ts';
import { UNREADABLE } from './ges-reads.ts';
import { lookAgainInXero } from './look-again.ts';
import { keepAgreed, outcomesOf, type Agreed } from './keep.ts';
import type { ElementAnswer, Intent } from './ports.ts';

/** A create may be repeated under its key for six minutes (xero-facts §3); we stop a minute earlier. */
const REPEAT_WITHIN_MS = 5 * 60_000;
/** "Not found" counts only when the attempt is this old: a slow create may still be on its way (design §5). */
export const NOT_FOUND_AFTER_MS = 2 * 60_000;
/** How far before the attempt the look-up starts: our clock and Xero's need not agree. */
const LOOK_BACK_MS = 5 * 60_000;

/** Ids of records whose create is still in doubt, and when they may be looked at again (epoch ms). */
export type InDoubt = ReadonlyMap<string, number>;

/**
 * Finds out what became of creates that were noted but not settled, before anything is treated as new (F3; design §5, step 2). The
 * records' news is still there, so what turns out not to have happened simply goes its normal way again.
 * `all`: every open intent of the account. Xero calls: none when there are no open intents; else one per batch that can be repeated, or
 * one look-up page per type.
 */
export async function settle<G, X, E>(driver: Driver<G, X, E>, pass: Pass, all: readonly Intent[]): Promise<InDoubt> {
  const open = all.filter((intent) => intent.type === driver.type && intent.side === 'xero');
  if (open.length === 0) return new Map();
  const left = await removeDealtWith(driver, pass, open);
  const toLookUp: Intent[] = [];
  for (const batch of byKey(left)) {
    if (isNotUnderWay(batch)) await removeIntents(pass, batch);
    else if (mayRepeat(batch, pass.deps.clock.now())) {
      pass.log.info('repeating a create whose answer was lost', { type: driver.type, members: batch.length });
      const answers = await repeatUnderIntents(driver, pass, batch);
      if (answers === undefined) toLookUp.push(...batch);
      else await keepAnswers(driver, pass, batch, answers);
    } else {
      toLookUp.push(...batch);
    }
  }
  return lookUp(driver, pass, toLookUp);
}

/** A crash may have come after storing and before removing the note: the link shows it. Whoever is to be told afterwards may not have been. */
async function removeDealtWith<G, X, E>(driver: Driver<G, X, E>, pass: Pass, open: readonly Intent[]): Promise<readonly Intent[]> {
  const ids = open.map((intent) => intent.id);
  const links = await pass.deps.links.getLinks(pass.scope, driver.type, ids);
  const isDone = (intent: Intent): boolean => {
    const link = links.get(intent.id);
    return link?.xeroId !== undefined && link.gesRevision >= intent.gesRevision;
  };
  // A batch is repeated whole or not at all, so its members leave together.
  const doneKeys = new Map<string, boolean>();
  for (const intent of open) doneKeys.set(intent.key, (doneKeys.get(intent.key) ?? true) && isDone(intent));
  const done = open.filter((intent) => doneKeys.get(intent.key) === true);
  if (driver.afterwards !== undefined && done.length > 0) {
    const xeroIds = done.flatMap(({ id }) => links.get(id)?.xeroId ?? []);
    await driver.afterwards(pass, [...(await driver.readXero(pass, xeroIds)).values()]);
  }
  await removeIntents(pass, done);
  return open.filter((intent) => doneKeys.get(intent.key) !== true);
}

function byKey(intents: readonly Intent[]): readonly (readonly Intent[])[] {
  const batches = new Map<string, Intent[]>();
  for (const intent of intents) batches.set(intent.key, [...(batches.get(intent.key) ?? []), intent]);
  return [...batches.values()].map((batch) => batch.sort((a, b) => a.index - b.index));
}

/** The very same body must go out again: all members there, no cached error, the key still alive. */
function mayRepeat(batch: readonly Intent[], now: number): boolean {
  const [first] = batch;
  const isWhole = batch.length === first?.count;
  return isWhole && batch.every((intent) => intent.state === 'sent' && now - intent.attemptAt < REPEAT_WITHIN_MS);
}

async function keepAnswers<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  batch: readonly Intent[],
  answers: readonly ElementAnswer<X>[],
): Promise<void> {
  const saved = answers.flatMap((answer) => (answer.ok ? [answer.record] : []));
  if (saved.length > 0) await driver.afterwards?.(pass, saved);
  for (const [index, intent] of batch.entries()) {
    const answer = answers[index];
    if (answer?.ok !== true) continue;
    // A replayed answer shows the record as it was then (xero-facts §3): a person may have changed or deleted it since. Whoever is told
    // afterwards looks again by itself, in fewer calls.
    if (driver.afterwards === undefined) await lookAgain(driver, pass, answer.record);
    await keepFound(driver, pass, intent, driver.xeroId(answer.record), {
      fields: driver.xeroFields(answer.record),
      seenAt: driver.xeroUpdatedAt(answer.record) - 1,
    });
  }
  await removeIntents(pass, batch);
}

/** Looks for records that carry our id among what changed in Xero since the first attempt. */
async function lookUp<G, X, E>(driver: Driver<G, X, E>, pass: Pass, intents: readonly Intent[]): Promise<InDoubt> {
  if (intents.length === 0) return new Map();
  const since = Math.min(...intents.map((intent) => intent.attemptAt)) - LOOK_BACK_MS;
  const recent = await driver.readXeroSince(pass, since);
  const now = pass.deps.clock.now();
  const settled: Intent[] = [];
  const open: Intent[] = [];
  const found = recent.filter((candidate) => intents.some((intent) => driver.isMadeBy(candidate, intent)));
  if (found.length > 0) await driver.afterwards?.(pass, found);
  for (const intent of intents) {
    const xero = recent.find((candidate) => driver.isMadeBy(candidate, intent));
    if (xero !== undefined) await keepLookedUp(driver, pass, intent, xero);
    if (xero !== undefined || now - intent.attemptAt >= NOT_FOUND_AFTER_MS) settled.push(intent);
    else open.push(intent);
  }
  // Before the first of a batch goes, so that those which are left are not taken for never sent.
  await markForLookUp(pass, open);
  await removeIntents(pass, settled);
  return new Map(open.map((intent) => [intent.id, intent.attemptAt + NOT_FOUND_AFTER_MS]));
}

/**
 * A looked-up record may have been edited by a person since we created it: the base is what we sent, and the record is looked at once more,
 * so that the edit travels.
 */
async function keepLookedUp<G, X, E>(driver: Driver<G, X, E>, pass: Pass, intent: Intent, xero: X): Promise<void> {
  await lookAgain(driver, pass, xero);
  await keepFound(driver, pass, intent, driver.xeroId(xero), { fields: driver.sentFields(intent.element as E), seenAt: 0 });
}

/** The record is looked at once more. Before it is linked: a crash after linking would leave nobody to put the news. */
async function lookAgain<G, X, E>(driver: Driver<G, X, E>, pass: Pass, xero: X): Promise<void> {
  await lookAgainInXero(pass, driver.type, driver.xeroId(xero), driver.xeroUpdatedAt(xero));
}

/** The create did happen: link it, with what was sent as the base of the GES side, and tell the platform. */
async function keepFound<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  intent: Intent,
  xeroId: string,
  xero: Agreed['xero'],
): Promise<void> {
  const [links, bases] = await Promise.all([
    pass.deps.links.getLinks(pass.scope, driver.type, [intent.id]),
    pass.deps.links.getBases(pass.scope, driver.type, [intent.id]),
  ]);
  const link = links.get(intent.id);
  if (link?.xeroId !== undefined) return;
  const holder = (await pass.deps.links.findAliases(pass.scope, driver.type, [xeroId])).get(xeroId);
  if (holder !== undefined && holder !== intent.id) {
    // It was taken for another record's counterpart meanwhile (D4); thrown here, it would hold up the account for ever (F2).
    pass.log.warn('what was found in Xero is linked already', { type: driver.type, gesId: intent.id, xeroId, holder });
    return;
  }
  if (driver.afterCreate !== undefined) {
    const now = (await driver.readGes(pass, [intent.id])).get(intent.id);
    await driver.afterCreate(pass, intent.id, now === undefined || now === UNREADABLE ? intent.gesFields : driver.gesFields(now));
  }
  const stored = { link, base: bases.get(intent.id) };
  const kept = await keepAgreed(pass, driver.type, intent.id, stored, {
    xeroId,
    ges: { fields: intent.gesFields, revision: intent.gesRevision },
    xero,
    warnings: intent.warnings ?? [],
    nameSuffix: intent.nameSuffix,
    notes: [],
  });
  await pass.deps.outcomes.publish(outcomesOf(pass, kept, link, { xero: true, ges: false }, []));
}
