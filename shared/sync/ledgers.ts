import { refusedDocument } from '../domain/document-refusals.ts';
import { manyEnded } from '../domain/brake.ts';
import { afterSteps } from '../domain/ledger-after.ts';
import { decideLedger } from '../domain/ledger-policy.ts';
import type { LedgerPlan, LedgerReads, LedgerStep, PostStep, StepResult } from '../domain/ledger.ts';
import type { Side } from '../domain/records.ts';
import type { OrganisationFacts, XeroPayment } from '../domain/xero-invoice.ts';
import { guardRecord } from './act.ts';
import { deletionsIn, stoppedSides } from './brake.ts';
import { forEachLimit } from './concurrency.ts';
import { doubtFactsOf } from './facts.ts';
import { createBatch } from './creates.ts';
import { lookElsewhere } from './elsewhere.ts';
import type { FeedRead } from './feed.ts';
import { readPaymentsOf } from './ges-reads.ts';
import { followEchoes } from './echoes.ts';
import { freshPaymentNews, shareFeed } from './ledger-news.ts';
import { deleteInXero, isDelete, isOfGes, isPost, sendPosts, showCredited, writeInGes } from './ledger-writes.ts';
import { commitMoney, waitsItself, type MoneyJob } from './money-job.ts';
import type { Pass } from './pass.ts';
import { BATCH_SIZE, SIDE_BY_SIDE, WRITES_AT_ONCE } from './writes.ts';

/** Up to so many invoices are read one by one; more by one range of dates. */
const ONE_BY_ONE_UP_TO = 2;
/** How often what is missing is read and decided on again. */
const READS_AT_MOST = 4;

/** What the ledgers of one pass share. */
interface Money {
  readonly pass: Pass;
  readonly facts: OrganisationFacts;
  /** Payments whose post may have reached Xero, and when that will be known (epoch ms). */
  readonly doubts: ReadonlyMap<string, number>;
  feed?: FeedRead<XeroPayment>;
  /** Sides whose deletions are not passed on now (F9). */
  stopped: ReadonlySet<Side>;
}

/**
 * Brings the money of invoices into step (D1–D8): what is missing is read for all of them together, then each ledger is decided on, carried out
 * and committed for itself. Xero calls: at most one read of the feed and one range of dates, one per invoice that neither explains; one per
 * deletion, one per 50 posts; then one read of the invoices' feed. GES calls: one per 100 invoices whose payments must be known whole, one per
 * payment entered, changed or removed there, and one per invoice of which Xero has credited another amount (C12).
 */
export async function syncLedgers(
  pass: Pass,
  jobs: readonly MoneyJob[],
  facts: OrganisationFacts,
  doubts: ReadonlyMap<string, number>,
): Promise<void> {
  if (jobs.length === 0) return;
  const money: Money = { pass, facts, doubts, stopped: new Set() };
  const plans = await planAll(money, jobs);
  const written: MoneyJob[] = [];
  await carryOut(money, plans, written);
  if (money.feed !== undefined) {
    await shareFeed(pass, money.feed, new Set(jobs.map((job) => job.xero.invoiceId)));
    await pass.feeds.followed('payments', money.feed.reachesTo);
  }
  if (written.length > 0) await followEchoes(pass, written, facts);
}

/** A job with its plan. */
interface Planned {
  readonly job: MoneyJob;
  readonly plan: LedgerPlan;
  /** Something of the plan was committed already: the job's ledger is the newest, and the plan's notes are told. */
  isBegun: boolean;
}

/** Decides on every ledger; what a plan says is missing is read, for all together, and decided on again. */
async function planAll(money: Money, jobs: readonly MoneyJob[]): Promise<readonly Planned[]> {
  const { pass } = money;
  const now = pass.deps.clock.now();
  for (const job of jobs)
    job.ges ??= job.isDeletedInGes ? NO_NEWS : job.ledger?.isGesRead !== true ? undefined : freshPaymentNews(job.work, now);
  await readGesPayments(
    pass,
    jobs.filter((job) => job.ges === undefined),
  );
  const changed = jobs.filter(wasChangedWithMoney);
  if (changed.length > 0) await readFeedFor(money, changed);
  const decided: Planned[] = [];
  let open: readonly MoneyJob[] = jobs.filter((job) => job.ges !== undefined);
  for (let round = 0; open.length > 0; round++) {
    const again: Planned[] = [];
    for (const job of open)
      await guardRecord(pass, job.work, job.stored, async () => {
        const plan = decideOne(money, job);
        (needsReads(plan.reads) && round < READS_AT_MOST ? again : decided).push({ job, plan, isBegun: false });
      });
    await readMissing(money, again, round);
    open = again.map(({ job }) => job);
  }
  return decideWithBrake(money, await decideWithOthers(money, decided));
}

/** Where one side has deleted too many payments at once, none of that is passed on (F9). */
async function decideWithBrake(money: Money, decided: readonly Planned[]): Promise<readonly Planned[]> {
  const { pass } = money;
  money.stopped = await stoppedSides(pass, deletionsIn(decided.map(({ plan }) => plan)));
  if (money.stopped.size === 0) return decided;
  const isConcerned = ({ plan }: Planned): boolean => plan.steps.some(({ kind }) => kind === 'delete' || kind === 'remove');
  return decideAnew(money, decided, isConcerned);
}

async function decideAnew(
  money: Money,
  decided: readonly Planned[],
  isConcerned: (planned: Planned) => boolean,
): Promise<readonly Planned[]> {
  const again: Planned[] = [];
  for (const planned of decided) {
    const { job } = planned;
    if (isConcerned(planned))
      await guardRecord(money.pass, job.work, job.stored, async () => void again.push({ ...planned, plan: decideOne(money, job) }));
    else again.push(planned);
  }
  return again;
}

/** What may be the same money as a payment on another invoice of the customer is decided on again with that in sight (D4). */
async function decideWithOthers(money: Money, decided: readonly Planned[]): Promise<readonly Planned[]> {
  const concerned = await lookElsewhere(money.pass, decided);
  return decideAnew(money, decided, ({ job }) => concerned.has(job));
}

const NO_NEWS = { kind: 'news', payments: [], deleted: [] } as const;

/** A payment may have been replaced by another of the same amount: a change that is not ours, with money on the invoice, is looked into. */
function wasChangedWithMoney({ xero, wasChanged, ledger }: MoneyJob): boolean {
  const hasMoney = xero.amountPaid !== 0 || ledger?.entries.some((entry) => entry.state.kind === 'linked') === true;
  return hasMoney && ledger !== undefined && wasChanged;
}

function decideOne({ pass, facts, doubts, stopped }: Money, job: MoneyJob): LedgerPlan {
  const { settings } = pass.connection;
  return decideLedger({
    ledger: job.ledger,
    ges: job.ges ?? NO_NEWS,
    xero: job.xeroKnown,
    // What the figures of Xero make of CIS counts like a credit (C8): what Xero answered is what is owed.
    invoice: { ...job.xero, amountCredited: job.xero.amountCredited + job.pennies },
    invoiceWaits: waitsItself(job.step.link, job.ledger),
    settings,
    facts,
    now: pass.deps.clock.now(),
    inDoubt: new Set(doubts.keys()),
    invoiceNumber: job.number,
    elsewhere: job.elsewhere,
    brake: Object.fromEntries([...stopped].map((side) => [side, manyEnded(side, job.number)])),
    retry: job.work.fromRun,
  });
}

function needsReads({ ges, deletions, unexplained }: LedgerReads): boolean {
  return ges === true || deletions !== undefined || unexplained === true;
}

/** Reads what plans ask for, for all of them together. `round` 0: the feed may explain what is paid; afterwards only all payments can. */
async function readMissing(money: Money, again: readonly Planned[], round: number): Promise<void> {
  if (again.length === 0) return;
  const { pass } = money;
  await readGesPayments(
    pass,
    again.filter(({ plan }) => plan.reads.ges === true).map(({ job }) => job),
  );
  const unexplained = again.filter(({ plan }) => plan.reads.unexplained === true).map(({ job }) => job);
  const isFeedNew = money.feed === undefined && round === 0;
  if (unexplained.length > 0 && isFeedNew && unexplained.some((job) => job.ledger !== undefined)) await readFeedFor(money, unexplained);
  else if (unexplained.length > 0) await readAllPayments(pass, unexplained, round);
  const deleting = again.filter(({ plan }) => plan.reads.deletions !== undefined);
  if (deleting.length > 0) await readDeletions(pass, deleting);
}

/** Every payment of these invoices in GES. Where GES's answer cannot be read whole, nothing is concluded: those jobs wait. */
async function readGesPayments(pass: Pass, jobs: readonly MoneyJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const { ofInvoice, isWhole } = await readPaymentsOf(
    pass,
    jobs.map((job) => job.gesId),
  );
  for (const job of jobs) {
    const payments = ofInvoice.get(job.gesId) ?? [];
    job.ges = isWhole ? { kind: 'all', payments } : { kind: 'news', payments, deleted: [] };
  }
}

/** One Xero call, one more per 1,000 changes. */
async function readFeedFor(money: Money, jobs: readonly MoneyJob[]): Promise<void> {
  money.feed ??= await money.pass.feeds.payments();
  const ofInvoice = Map.groupBy(money.feed.items, (payment) => payment.invoiceId);
  for (const job of jobs) learn(job, ofInvoice.get(job.xero.invoiceId) ?? [], false);
}

/** Neither news nor the feed explains what is paid: one range of dates for many invoices, each for itself where that is cheaper or was in vain. */
async function readAllPayments(pass: Pass, jobs: readonly MoneyJob[], round: number): Promise<void> {
  if (jobs.length > ONE_BY_ONE_UP_TO && round <= 1) {
    const dates = jobs.map((job) => job.xero.date).sort();
    const ofInvoice = Map.groupBy(await pass.books.paymentsDated(dates[0] ?? '', lastDay(pass)), (payment) => payment.invoiceId);
    for (const job of jobs) {
      const payments = ofInvoice.get(job.xero.invoiceId) ?? [];
      const paid = payments.reduce((sum, { status, amount }) => sum + (status === 'AUTHORISED' ? amount : 0), 0);
      learn(job, payments, paid === job.xero.amountPaid);
    }
    return;
  }
  for (const job of jobs) learn(job, await pass.books.paymentsOfInvoice(job.xero.invoiceId), true);
}

/** Payments that are about to be deleted, as they are now: whether they are reconciled need not show in the feed. */
async function readDeletions(pass: Pass, deleting: readonly Planned[]): Promise<void> {
  const jobs = deleting.map(({ job }) => job);
  if (jobs.length <= ONE_BY_ONE_UP_TO) {
    for (const job of jobs) learn(job, await pass.books.paymentsOfInvoice(job.xero.invoiceId), true);
    return;
  }
  const asked = deleting.flatMap(({ plan }) => plan.reads.deletions ?? []);
  const from = asked.map((deletion) => deletion.from).sort()[0] ?? '';
  const to =
    asked
      .map((deletion) => deletion.to)
      .sort()
      .at(-1) ?? '';
  const ofInvoice = Map.groupBy(await pass.books.paymentsDated(from, to), (payment) => payment.invoiceId);
  for (const { job, plan } of deleting) {
    const payments = ofInvoice.get(job.xero.invoiceId) ?? [];
    learn(job, payments, false);
    const found = new Set(payments.map((payment) => payment.paymentId));
    const missing = (plan.reads.deletions?.xeroIds ?? []).filter((id) => !found.has(id));
    if (missing.length > 0) job.xeroKnown = { ...job.xeroKnown, missing };
  }
}

function learn(job: MoneyJob, payments: readonly XeroPayment[], isComplete: boolean): void {
  const newest = new Map(job.xeroKnown.payments.map((payment) => [payment.paymentId, payment]));
  for (const payment of payments) {
    const known = newest.get(payment.paymentId);
    const ours = known?.postedFor === undefined ? {} : { postedFor: known.postedFor };
    if ((known?.updatedAt ?? 0) <= payment.updatedAt) newest.set(payment.paymentId, { ...payment, ...ours });
  }
  job.xeroKnown = { ...job.xeroKnown, payments: [...newest.values()], isComplete: job.xeroKnown.isComplete || isComplete };
}

/** Payments may be dated ahead. */
function lastDay(pass: Pass): string {
  return new Date(pass.deps.clock.now() + 366 * 86_400_000).toISOString().slice(0, 10);
}

/** Carries the plans out: in GES and deletions first, then posts in batches of 50, an invoice's in one batch. Each invoice is committed as soon as its own answers are there. */
async function carryOut(money: Money, plans: readonly Planned[], written: MoneyJob[]): Promise<void> {
  const { pass } = money;
  const posting: Posting[] = [];
  const guarded = ({ job }: Planned, task: () => Promise<void>): Promise<void> => guardRecord(pass, job.work, job.stored, task);
  const first = plans.filter(({ plan }) => plan.commitFirst);
  await forEachLimit(first, SIDE_BY_SIDE, (planned) => guarded(planned, () => commitResults(pass, planned, [])));
  const hasDeletions = ({ plan }: Planned): boolean => plan.steps.some(isDelete);
  const before = async (planned: Planned): Promise<void> => {
    const { job, plan } = planned;
    const results: StepResult[] = [];
    let isUnfinished = false;
    if (plan.credited !== undefined && isAliveInGes(job)) {
      const credited = await showCredited(pass, job, plan.credited);
      if (credited === undefined) isUnfinished = true;
      else results.push(credited);
    }
    for (const step of plan.steps.filter((one) => !isPost(one))) {
      const result = await carryOutOne(pass, job, step);
      if (result === undefined) isUnfinished = true;
      else results.push(result);
      if (isDelete(step)) written.push(job);
    }
    const posts = isUnfinished ? [] : plan.steps.filter(isPost);
    if (posts.length === 0) await finish(money, planned, results, isUnfinished || plan.steps.some(isPost));
    else {
      if (results.length > 0) await commitResults(pass, planned, results);
      posting.push({ planned, posts });
    }
  };
  await forEachLimit(plans.filter(hasDeletions), WRITES_AT_ONCE, (planned) => guarded(planned, () => before(planned)));
  await forEachLimit(
    plans.filter((planned) => !hasDeletions(planned)),
    SIDE_BY_SIDE,
    (planned) => guarded(planned, () => before(planned)),
  );
  await forEachLimit(batches(posting), WRITES_AT_ONCE, (batch) => post(money, batch, written));
}

function carryOutOne(pass: Pass, job: MoneyJob, step: Exclude<LedgerStep, PostStep>): Promise<StepResult | undefined> {
  if (isDelete(step)) return deleteInXero(pass, step);
  if (isOfGes(step)) return writeInGes(pass, job.gesId, step);
  throw new Error('posts are sent in batches');
}

function isAliveInGes({ isDeletedInGes, base }: MoneyJob): boolean {
  return !isDeletedInGes && base.ges['status'] !== 'void';
}

interface Posting {
  readonly planned: Planned;
  readonly posts: readonly PostStep[];
}

/** Batches of at most 50 posts; those of one invoice stay together, so that its commits go one after the other. */
function batches(posting: readonly Posting[]): readonly (readonly Posting[])[] {
  const packed: Posting[][] = [];
  let room = 0;
  for (const one of posting) {
    if (one.posts.length > room) {
      packed.push([]);
      room = BATCH_SIZE;
    }
    packed.at(-1)?.push(one);
    room -= one.posts.length;
  }
  return packed;
}

async function post(money: Money, batch: readonly Posting[], written: MoneyJob[]): Promise<void> {
  const { pass } = money;
  const flat = batch.flatMap((posting) => posting.posts.map((step) => ({ posting, step })));
  const planned = flat.map(({ posting, step }) => ({
    id: step.gesId,
    invoiceId: posting.planned.job.gesId,
    element: step.element,
    gesFields: {},
    gesRevision: 0,
  }));
  const answered = new Map<Posting, StepResult[]>();
  const refusals: string[] = [];
  await createBatch(pass, 'payment', planned, sendPosts(pass), async (answers, start) => {
    for (const [place, answer] of answers.entries()) {
      const sent = flat[start + place];
      if (sent === undefined) continue;
      const { step, posting } = sent;
      const result: StepResult = answer.ok
        ? { step, outcome: 'posted', payment: answer.record }
        : { step, outcome: 'refused', messages: answer.messages };
      if (!answer.ok) refusals.push(refusedDocument(answer.messages).code);
      answered.set(posting, [...(answered.get(posting) ?? []), result]);
    }
    const whole = [...answered].filter(([posting, results]) => results.length === posting.posts.length);
    await forEachLimit(whole, SIDE_BY_SIDE, async ([posting, results]) => {
      answered.delete(posting);
      const { job } = posting.planned;
      written.push(job);
      await guardRecord(pass, job.work, job.stored, () => finish(money, posting.planned, results, false));
    });
  });
  await doubtFactsOf(pass, refusals);
}

/** Results that are stored before more is sent. One commit. */
async function commitResults(pass: Pass, planned: Planned, results: readonly StepResult[]): Promise<void> {
  await commitMoney(pass, planned.job, resultsOf(pass, planned, results));
  planned.isBegun = true;
}

/** The last commit of an invoice in this pass. */
async function finish({ pass, doubts }: Money, planned: Planned, results: readonly StepResult[], isUnfinished: boolean): Promise<void> {
  const { job, plan } = planned;
  const after = resultsOf(pass, planned, results);
  const until = after.ledger.entries.flatMap((entry) => doubts.get(entry.gesId ?? '') ?? []);
  const last = { plan, isUnfinished, doubtUntil: until.length === 0 ? undefined : Math.max(...until) };
  await commitMoney(pass, job, { ...after, last });
}

function resultsOf(pass: Pass, { job, plan, isBegun }: Planned, results: readonly StepResult[]) {
  const { ledger, notes } = afterSteps(isBegun ? (job.ledger ?? plan.ledger) : plan.ledger, results, pass.deps.clock.now());
  return { ledger, results, notes: [...(isBegun ? [] : plan.notes), ...notes] };
}
