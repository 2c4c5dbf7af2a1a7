import type { Base, Link, PaymentMarker } from '../domain/link.ts';
import { bringsMore } from '../domain/ledger-after.ts';
import { paymentStanding } from '../domain/ledger-entry.ts';
import {
  EMPTY_LEDGER,
  type GesKnown,
  type Ledger,
  type LedgerEntry,
  type LedgerNote,
  type LedgerPlan,
  type PostStep,
  type StepResult,
  type XeroKnown,
} from '../domain/ledger.ts';
import type { Problem } from '../domain/records.ts';
import type { XeroInvoice } from '../domain/xero-invoice.ts';
import {
  attentionNotes,
  attentionOutcomes,
  commitStep,
  inAttention,
  withStatus,
  type MarkerChange,
  type Step,
  type Told,
  type Untold,
} from './commit.ts';
import type { Pass } from './pass.ts';
import { ownNews, retryAt } from './retry.ts';
import type { Work } from './work.ts';

/** What is known of one invoice's money in a pass, and what of it is stored. */
export interface MoneyJob {
  readonly work: Work<unknown>;
  readonly gesId: string;
  readonly number: string;
  readonly xero: XeroInvoice;
  /** GES no longer has the invoice: nothing may be concluded from payments that are missing there. */
  readonly isDeletedInGes: boolean;
  /** Somebody had changed the invoice in Xero before we wrote anything. */
  readonly wasChanged: boolean;
  /** The link as it is stored. */
  stored: Link | undefined;
  /** What is decided on the invoice's own fields and not stored yet; its news leaves with the last commit. */
  step: Step;
  base: Base;
  /** The ledger as it is stored. */
  ledger: Ledger | undefined;
  ges: GesKnown | undefined;
  xeroKnown: XeroKnown;
}

/** What a commit adds to what is decided already. */
interface MoneyStep {
  readonly ledger: Ledger;
  readonly results: readonly StepResult[];
  readonly notes: readonly LedgerNote[];
  /** The last commit of this pass: news leaves, and what is left is put off. */
  readonly last?: { readonly plan: LedgerPlan; readonly isUnfinished: boolean; readonly doubtUntil: number | undefined };
}

/** Stores the ledger as it is now, with everything that is to be told of it. One commit. Returns nothing: the job knows. */
export async function commitMoney(pass: Pass, job: MoneyJob, { ledger, results, notes, last }: MoneyStep): Promise<void> {
  const before = job.ledger ?? EMPTY_LEDGER;
  const done = results.flatMap((result) => outcomesOf(result, ledger));
  const changes = changedPayments(pass, job, { before, after: ledger, done: idsTold(done) });
  const settled = results.filter(isSettledPost);
  const link = withMoneyProblem(pass, job.step.link, before, ledger);
  const isSameLedger = job.ledger !== undefined && JSON.stringify(job.ledger) === JSON.stringify(ledger);
  const base = isSameLedger ? job.step.base : { ...job.base, ledger };
  countMoney(pass, results, changes);
  const step: Step = {
    ...job.step,
    link,
    ...(base === undefined ? {} : { base }),
    markers: changes.map(({ marker }) => marker),
    notes: [
      ...(job.step.notes ?? []),
      ...notes.map((note) => toldOf(job, note)),
      ...changes.flatMap((change) => change.notes),
      ...linkNotes(job, link),
    ],
    outcomes: [
      ...(job.step.outcomes ?? []),
      ...done,
      ...foundOutcomes(changes, done),
      ...changes.flatMap((change) => change.outcomes),
      ...linkOutcomes(job, link),
    ],
    sources: last === undefined ? [] : job.work.sources,
    intents: settled.map(({ step: { gesId } }) => ({ type: 'payment', id: gesId })),
    ...(last === undefined ? {} : whatIsLeft(pass, job, last, { link, before, ledger, results })),
  };
  const stored = await commitStep(pass, job.stored, step);
  job.stored = stored;
  job.step = { link: stored, sources: job.step.sources ?? [] };
  job.base = { ...job.base, ledger };
  job.ledger = ledger;
}

/** The invoice is to be picked again: at once while there is more to do, else when a wait ends or a failure may have passed. */
function whatIsLeft(
  pass: Pass,
  job: MoneyJob,
  { plan, isUnfinished, doubtUntil }: NonNullable<MoneyStep['last']>,
  { link, before, ledger, results }: Pick<MoneyStep, 'ledger' | 'results'> & { readonly link: Link; readonly before: Ledger },
): Pick<Step, 'put' | 'putLater'> {
  const now = pass.deps.clock.now();
  // GES may refuse a payment because it has the invoice no more: the invoice itself is decided on again.
  const isRefused = results.some((result) => result.outcome === 'refused' && result.step.kind === 'enter');
  const isAgain = plan.more || isRefused || bringsMore(ledger, results, now) || mayNowPass(link, before, ledger, results);
  const again = ownNews(pass, 'invoice', job.gesId);
  const waits = ledger.entries.flatMap(({ state }) => (state.kind === 'waiting' && state.until > now ? state.until : []));
  const times = [plan.wakeAt, ...waits, doubtUntil, isUnfinished ? retryAt(pass, job.work) : undefined].filter(
    (time) => time !== undefined,
  );
  const attempts = isUnfinished ? { attempts: job.work.attempts + 1 } : {};
  return {
    ...(isAgain && !isUnfinished ? { put: [...(job.step.put ?? []), again] } : {}),
    ...(times.length === 0
      ? {}
      : { putLater: [...(job.step.putLater ?? []), { dueAt: Math.min(...times), news: { ...again, ...attempts } }] }),
  };
}

/** The invoice needs a person, perhaps because of money that has moved now (C4, F1): it is decided on again. */
function mayNowPass(link: Link, before: Ledger, after: Ledger, results: readonly StepResult[]): boolean {
  const ended = ({ entries }: Ledger): number => entries.filter(({ state }) => state.kind === 'ended').length;
  return link.status === 'attention' && waitsItself(link, after) && (results.some(isDone) || ended(after) > ended(before));
}

interface PaymentChange {
  readonly marker: MarkerChange;
  readonly notes: readonly Told[];
  readonly outcomes: readonly Untold[];
  readonly isNewProblem: boolean;
}

interface LedgerChange {
  readonly before: Ledger;
  readonly after: Ledger;
  /** Payments that this step tells the platform are in step: a problem that stays is told again after it (F2b). */
  readonly done: ReadonlySet<string>;
}

/** What changed in the standing of each payment that GES has. */
function changedPayments(pass: Pass, job: MoneyJob, { before, after, done }: LedgerChange): readonly PaymentChange[] {
  const at = new Date(pass.deps.clock.now()).toISOString();
  const old = new Map(before.entries.flatMap((entry) => (entry.gesId === undefined ? [] : [[entry.gesId, entry]])));
  return after.entries.flatMap((entry) => {
    const now = markerOf(job.gesId, entry, at);
    if (now === undefined) return [];
    const known = old.get(now.gesId);
    const was = known === undefined ? undefined : markerOf(job.gesId, known, at);
    if (was !== undefined && JSON.stringify(was) === JSON.stringify(now)) return [];
    const entity = { type: 'payment', id: now.gesId } as const;
    const isResolved = was?.status === 'attention' && now.status !== 'attention';
    const problem = now.status === 'attention' ? now.problem : undefined;
    const noted = was ?? withoutProblem(now);
    const told = done.has(now.gesId) ? withoutProblem(noted) : noted;
    return [
      {
        marker: { before: was, after: now },
        notes: attentionNotes(noted, problem, entity),
        outcomes: [
          ...(problem === undefined
            ? []
            : attentionOutcomes({ ...told, ...(now.xeroId === undefined ? {} : { xeroId: now.xeroId }) }, problem, entity)),
          ...(isResolved ? [{ kind: 'RecordResolved', entity, xeroId: now.xeroId ?? null, direction: 'to-xero' } as const] : []),
        ],
        isNewProblem: problem !== undefined,
      },
    ];
  });
}

function withoutProblem({ problem: _none, ...marker }: PaymentMarker): PaymentMarker {
  return marker;
}

function markerOf(invoiceId: string, entry: LedgerEntry, at: string): PaymentMarker | undefined {
  if (entry.gesId === undefined) return undefined;
  const { status, problem } = paymentStanding(entry, true);
  return {
    gesId: entry.gesId,
    invoiceId,
    ...(entry.xeroId === undefined ? {} : { xeroId: entry.xeroId }),
    status,
    statusAt: at,
    gesRevision: entry.gesRevision ?? 0,
    ...(problem === undefined ? {} : { problem }),
    ...(entry.state.kind === 'ended' ? { deleted: true } : {}),
  };
}

/**
 * What is wrong with the money of an invoice and has no payment in GES to stand on: it stands on the invoice itself, unless something else does.
 */
export function problemOnInvoice(ledger: Ledger | undefined): Problem | undefined {
  const stray = (ledger?.entries ?? []).find(
    (entry) => entry.gesId === undefined && entry.problem !== undefined && paymentStanding(entry, true).status === 'attention',
  );
  return ledger?.problem ?? stray?.problem;
}

/** Does the invoice need a person, or wait, for a reason of its own? */
export function waitsItself({ status, problem }: Link, ledger: Ledger | undefined): boolean {
  const isOfLedger = problem !== undefined && problem.code === problemOnInvoice(ledger)?.code;
  return (status === 'attention' || status === 'pending') && !isOfLedger;
}

function withMoneyProblem(pass: Pass, link: Link, before: Ledger, after: Ledger): Link {
  if (waitsItself(link, before)) return link;
  const problem = problemOnInvoice(after);
  if (problem !== undefined) return { ...link, ...inAttention(pass, link, problem) };
  if (link.problem === undefined) return link;
  const { problem: _solved, ...rest } = link;
  return { ...rest, ...withStatus(pass, link, 'synced') };
}

function linkNotes(job: MoneyJob, link: Link): readonly Told[] {
  return link === job.step.link ? [] : attentionNotes(job.step.link, link.problem);
}

function linkOutcomes(job: MoneyJob, link: Link): readonly Untold[] {
  if (link === job.step.link) return [];
  if (link.problem !== undefined) return attentionOutcomes(job.step.link, link.problem);
  return [{ kind: 'RecordResolved', entity: { type: 'invoice', id: link.gesId }, xeroId: link.xeroId ?? null, direction: 'to-xero' }];
}

function toldOf(job: MoneyJob, { gesId, xeroId: _xeroId, ...note }: LedgerNote): Told {
  return { ...note, entity: gesId === undefined ? { type: 'invoice', id: job.gesId } : { type: 'payment', id: gesId } };
}

/** What the platform is told of a write that was done. */
function outcomesOf(result: StepResult, ledger: Ledger): readonly Untold[] {
  if (!isDone(result)) return [];
  const { step } = result;
  const entry = ledger.entries.find((candidate) =>
    'gesId' in step
      ? candidate.gesId === step.gesId
      : candidate.xeroId === step.xeroId || candidate.retired?.includes(step.xeroId) === true,
  );
  const id = 'gesId' in step ? step.gesId : entry?.gesId;
  const xeroId = result.outcome === 'posted' ? result.payment.paymentId : 'xeroId' in step ? step.xeroId : entry?.xeroId;
  if (id === undefined || xeroId === undefined) return [];
  const direction = step.kind === 'post' || step.kind === 'delete' ? 'to-xero' : 'to-ges';
  return [{ kind: 'RecordSynced', entity: { type: 'payment', id }, xeroId, direction }];
}

function idsTold(outcomes: readonly Untold[]): ReadonlySet<string> {
  return new Set(outcomes.flatMap((outcome) => ('entity' in outcome ? [outcome.entity.id] : [])));
}

/** Linked or ended without a write of this pass: a twin, or our own write whose answer was lost. The platform is told all the same (F2b). */
function foundOutcomes(changes: readonly PaymentChange[], done: readonly Untold[]): readonly Untold[] {
  const told = idsTold(done);
  return changes.flatMap(({ marker: { before, after } }): readonly Untold[] => {
    const { gesId, xeroId, status, deleted } = after;
    if (told.has(gesId)) return [];
    const isGone = deleted === true && before?.xeroId !== undefined && before.deleted !== true;
    const isLinked = deleted !== true && status === 'synced' && xeroId !== before?.xeroId;
    const id = isGone ? before.xeroId : isLinked ? xeroId : undefined;
    const direction = before?.problem?.code === 'removed-in-xero' ? 'to-ges' : 'to-xero';
    return id === undefined ? [] : [{ kind: 'RecordSynced', entity: { type: 'payment', id: gesId }, xeroId: id, direction }];
  });
}

type Done = Extract<StepResult, { readonly outcome: 'posted' | 'deleted' | 'entered' | 'removed' | 'changed' }>;

function isDone(result: StepResult): result is Done {
  return result.outcome !== 'credited' && result.outcome !== 'gone' && result.outcome !== 'refused' && result.outcome !== 'conflict';
}

/** Posted, or refused for certain: its intent leaves. */
function isSettledPost(result: StepResult): result is Extract<StepResult, { readonly step: unknown }> & { readonly step: PostStep } {
  return 'step' in result && result.step.kind === 'post';
}

function countMoney({ tally }: Pass, results: readonly StepResult[], changes: readonly PaymentChange[]): void {
  tally.counters.synced += results.filter(isDone).length;
  tally.counters.attention += changes.filter((change) => change.isNewProblem).length;
}
