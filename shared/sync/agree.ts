import { CONTACT_ARCHIVED } from '../domain/customer-policy.ts';
import type { ActDecision } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import { withDigests } from '../domain/invoice-lines.ts';
import type { Base, Link } from '../domain/link.ts';
import type { Problem, RecordStatus } from '../domain/records.ts';
import { attentionNotes, attentionOutcomes, inAttention, linkOr, withStatus, type Step, type Untold } from './commit.ts';
import type { Loaded } from './entity.ts';
import { hangsOnFacts } from './facts.ts';
import type { Pass } from './pass.ts';
import { ownNews, putOff, retryAt } from './retry.ts';

/** The steps that a decision on a record's own fields can end in. Each becomes one commit. */

/** Where a record stands once both sides have acknowledged. */
export interface Agreement {
  readonly xeroId: string;
  readonly ges: { readonly fields: Fields; readonly revision: number };
  /** `isSurprise`: a person changed other fields in Xero between our read and our write. */
  readonly xero: { readonly fields: Fields; readonly updatedAt: number; readonly isSurprise: boolean };
  readonly decision: Pick<
    ActDecision<unknown>,
    'warnings' | 'nameSuffix' | 'sharedWith' | 'notes' | 'tombstone' | 'conflicts' | 'withheld' | 'unfinished' | 'unlinks'
  >;
  /** They agree on the fields, and still a person must see something (C7, C8). */
  readonly problem: Problem | undefined;
  readonly wrote: { readonly ges: boolean; readonly xero: boolean };
  /** It was created in Xero under an intent, which leaves with this step. */
  readonly isCreated: boolean;
}

/** A day later what hangs on the organisation's facts is decided on again (F1). */
const FACTS_AGAIN_MS = 24 * 3_600_000;
/** So long, at most, an invoice waits whose contact was restored in Xero without its customer's link noticing (B5). */
export const CONTACT_AGAIN_MS = 3_600_000;

/** Does an invoice wait until its contact is restored (B5)? */
export function waitsForContact(type: Link['type'], problem: Problem | undefined): boolean {
  return type === 'invoice' && problem?.code === CONTACT_ARCHIVED;
}

/** Both sides agree. */
export function agreedStep(pass: Pass, record: Loaded<unknown, unknown>, agreement: Agreement): Step {
  const { work, base } = record;
  const { type, gesId } = work;
  const { xeroId, ges, xero, decision, problem, wrote } = agreement;
  const before = linkOr(record.link, type, gesId);
  const { problem: _solved, deleted: _alive, warnings: _old, nameSuffix: _previous, sharedWith: _shared, ...rest } = before;
  const status = statusOf(agreement);
  const seenAt = xero.isSurprise ? xero.updatedAt - 1 : Math.max(xero.updatedAt, work.xeroAt ?? 0);
  const link: Link = {
    ...rest,
    xeroId,
    ...withStatus(pass, before, status),
    ...(problem === undefined ? {} : { problem }),
    ...(status === 'pending' && decision.unfinished !== undefined ? { problem: decision.unfinished } : {}),
    ...(decision.tombstone === true ? { deleted: true } : {}),
    gesRevision: ges.revision,
    xeroSeenAt: Math.max(before.xeroSeenAt, seenAt),
    ...(decision.warnings.length === 0 ? {} : { warnings: decision.warnings }),
    ...(decision.nameSuffix === undefined ? {} : { nameSuffix: decision.nameSuffix }),
    ...(decision.sharedWith === undefined ? {} : { sharedWith: decision.sharedWith }),
  };
  const { withheld = [] } = decision;
  const { xeroId: _former, ...unlinked } = link;
  const kept = {
    ges: withheldFrom(withheld, asKept(ges.fields), base?.ges),
    xero: withheldFrom(withheld, asKept(xero.fields), base?.xero),
  };
  const isSameBase = base !== undefined && sameFields(base.ges, kept.ges) && sameFields(base.xero, kept.xero);
  countAgreed(pass, agreement);
  if (wrote.ges || wrote.xero)
    pass.log.info('record in step', { type, gesId, xeroId, wroteXero: wrote.xero, wroteGes: wrote.ges, newsId: work.correlationId });
  const again = xero.isSurprise || status === 'pending';
  return {
    link: decision.unlinks === true ? unlinked : link,
    ...(isSameBase ? {} : { base: { ...base, ...kept } satisfies Base }),
    notes: [...decision.notes, ...attentionNotes(before, problem)],
    outcomes: agreedOutcomes(before, link, agreement, isSameBase),
    sources: work.sources,
    // Whether its webhook comes or not.
    ...(again ? { put: [ownNews(pass, type, gesId)] } : {}),
    ...(agreement.isCreated ? { intents: [{ type, id: gesId }] } : {}),
  };
}

function statusOf({ problem, decision }: Agreement): RecordStatus {
  if (problem !== undefined) return 'attention';
  if (decision.unfinished !== undefined) return 'pending';
  return decision.tombstone === true ? 'not-followed' : 'synced';
}

function countAgreed({ tally }: Pass, { problem, wrote, decision }: Agreement): void {
  if (problem !== undefined) tally.counters.attention++;
  else if (decision.unfinished !== undefined) tally.counters.waiting++;
  else if (wrote.ges || wrote.xero) tally.counters.synced++;
  else tally.counters.unchanged++;
}

/** What came into step without a write of this pass may have been written by one that died before it could tell (F2b). */
function agreedOutcomes(before: Link, link: Link, { wrote, decision, problem }: Agreement, isSameBase: boolean): readonly Untold[] {
  if (problem !== undefined)
    return attentionOutcomes({ ...before, ...(link.xeroId === undefined ? {} : { xeroId: link.xeroId }) }, problem);
  if (decision.unfinished !== undefined) return [];
  const entity = { type: link.type, id: link.gesId };
  const xeroId = link.xeroId ?? '';
  const lost = decision.conflicts.length === 0 ? {} : { conflicts: decision.conflicts };
  const isFound = !wrote.xero && !wrote.ges && (!isSameBase || before.xeroId !== link.xeroId);
  return [
    ...(wrote.xero || isFound ? [{ kind: 'RecordSynced', entity, xeroId, direction: 'to-xero', ...lost } as const] : []),
    ...(wrote.ges ? [{ kind: 'RecordSynced', entity, xeroId, direction: 'to-ges', ...lost } as const] : []),
    ...(before.status === 'attention' ? [{ kind: 'RecordResolved', entity, xeroId, direction: 'to-xero' } as const] : []),
  ];
}

/** Only a person can go on: the link says why; the base stays, so that everything since the last agreement still travels later (F1). `xeroAt`: epoch ms of what was seen of Xero. */
export function attentionStep(pass: Pass, record: Loaded<unknown, unknown>, xeroAt: number, problem: Problem): Step {
  const { work } = record;
  const before = linkOr(record.link, work.type, work.gesId);
  const { deleted: _alive, ...rest } = before;
  const link: Link = {
    ...rest,
    ...inAttention(pass, before, problem),
    gesRevision: record.ges.revision,
    xeroSeenAt: Math.max(before.xeroSeenAt, xeroAt),
  };
  const dueAt = pass.deps.clock.now() + (waitsForContact(work.type, problem) ? CONTACT_AGAIN_MS : FACTS_AGAIN_MS);
  const again = { dueAt, news: ownNews(pass, work.type, work.gesId) };
  return {
    link,
    notes: attentionNotes(before, problem),
    outcomes: attentionOutcomes(before, problem),
    sources: work.sources,
    ...(hangsOnFacts(problem) || waitsForContact(work.type, problem) ? { putLater: [again] } : {}),
  };
}

/** Another record must go first: the link says so (F2), and the news waits. Revisions do not advance. */
export function pendingStep(pass: Pass, record: Loaded<unknown, unknown>, problem: Problem): Step {
  const { work } = record;
  const before = linkOr(record.link, work.type, work.gesId);
  const dueAt = retryAt(pass, work);
  return {
    link: { ...before, ...withStatus(pass, before, 'pending'), problem },
    sources: work.sources,
    putLater: putOff(pass, work, dueAt),
  };
}

/** The brake holds it (F9): the link says so, and nothing is tried again until a person lets it go on. The base stays. */
export function heldStep(pass: Pass, record: Loaded<unknown, { readonly updatedAt: number }>, problem: Problem): Step {
  const { work, xero } = record;
  const before = linkOr(record.link, work.type, work.gesId);
  const entity = { type: work.type, id: work.gesId };
  return {
    link: {
      ...before,
      ...withStatus(pass, before, 'pending'),
      problem,
      gesRevision: record.ges.revision,
      xeroSeenAt: Math.max(before.xeroSeenAt, xero?.updatedAt ?? 0, work.xeroAt ?? 0),
    },
    notes: attentionNotes(before, problem),
    outcomes:
      before.status === 'attention' ? [{ kind: 'RecordResolved', entity, xeroId: before.xeroId ?? null, direction: 'to-xero' }] : [],
    sources: work.sources,
  };
}

/**
 * A record that Xero does not have, and that waited or needed a person, is none of our business any more (A4, C4): nobody is asked about
 * it from now on (F1). Others have no link, or go on with what they had.
 */
export function notFollowedStep(pass: Pass, record: Loaded<unknown, unknown>, reason: string): Step {
  const { work, link } = record;
  const { type, gesId } = work;
  const isOpen = link !== undefined && link.xeroId === undefined && (link.status === 'attention' || link.status === 'pending');
  if (!isOpen) return { link: linkOr(link, type, gesId), sources: work.sources };
  const { problem: _gone, ...rest } = link;
  const entity = { type, id: gesId };
  return {
    link: { ...rest, ...withStatus(pass, link, 'not-followed'), gesRevision: record.ges.revision },
    notes: [{ code: 'not-followed', text: reason }],
    outcomes: link.status === 'attention' ? [{ kind: 'RecordResolved', entity, xeroId: null, direction: 'to-xero' }] : [],
    sources: work.sources,
  };
}

/** Fields that were not told to the other side keep what was last agreed, so that they still differ. */
function withheldFrom(withheld: readonly string[], now: Fields, before: Fields | undefined): Fields {
  return { ...now, ...Object.fromEntries(withheld.map((name) => [name, before?.[name] ?? ''])) };
}

/** Fields as a base keeps them. */
function asKept(fields: Fields): Fields {
  return fields['lines'] === undefined ? fields : { ...fields, lines: withDigests(fields['lines']) };
}

function sameFields(a: Fields, b: Fields): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? '') === (b[name] ?? ''));
}
