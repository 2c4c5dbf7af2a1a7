import { afterSteps, invoiceAfter } from '../../shared/domain/ledger-after.ts';
import { gesIdIn } from '../../shared/domain/ledger-entry.ts';
import { decideLedger } from '../../shared/domain/ledger-policy.ts';
import { EMPTY_LEDGER } from '../../shared/domain/ledger.ts';
import type {
  GesDeletion,
  GesKnown,
  Ledger,
  LedgerEntry,
  LedgerInput,
  LedgerInvoice,
  LedgerPlan,
  LedgerStep,
  PaymentSettings,
  StepResult,
} from '../../shared/domain/ledger.ts';
import { toPence, toPounds } from '../../shared/domain/money.ts';
import type { GesPayment } from '../../shared/domain/records.ts';
import type { XeroPayment } from '../../shared/domain/xero-invoice.ts';
import { facts } from './money-facts.ts';

/** One invoice in two model books, with users on both sides and a lane between them that may lose answers and die. */

/** What happens to a write: its answer comes, gets lost after it was done, it never arrives, or the process dies after it was done. */
export type Fate = 'answered' | 'lost' | 'never' | 'killed';
class Killed extends Error {}

const INVOICE_ID = 'xero-1';
const MINUTE_MS = 60_000;
const MOST_PASSES = 40;

export interface BooksOptions {
  readonly total?: number;
  readonly cisDeduction?: number;
  readonly settings?: PaymentSettings;
}

export class LedgerBooks {
  readonly ges = new Map<string, GesPayment>();
  readonly xero = new Map<string, XeroPayment>();
  /** Every GES payment that our key made, by key: made once, whatever happens to it. */
  readonly #madeUnder = new Map<string, GesPayment>();
  /** Who has touched what: to judge our own deletions by. */
  readonly deletedByUser = new Set<string>();
  readonly changedByUser = new Set<string>();
  /** Breaches of what must never happen. */
  readonly breaches: string[] = [];
  readonly steps: LedgerStep[] = [];
  stored: Ledger | undefined;
  now = Date.parse('2026-11-22T12:00:00Z');
  isLocked = false;
  readonly #total: number;
  readonly #cisDeduction: number;
  readonly #settings: PaymentSettings;
  #next = 0;
  #news: { readonly payments: GesPayment[]; readonly deleted: GesDeletion[] } = { payments: [], deleted: [] };
  #rows: XeroPayment[] = [];
  #doubts = new Map<string, number>();
  /** Fates of the writes to come; when they run out every write is answered. */
  fates: Fate[] = [];
  /** Called before each write: somebody may be faster. */
  beforeWrite: (() => void)[] = [];

  constructor({ total = 12_000, cisDeduction = 0, settings = { paymentAccountId: 'bank' } }: BooksOptions = {}) {
    this.#total = total;
    this.#cisDeduction = cisDeduction;
    this.#settings = settings;
  }

  // What people do in GES.
  pay(amount: number, date: string, method: GesPayment['method'] = 'card'): GesPayment {
    return this.#showInGes({ ...this.#blank(`pay_${String(++this.#next)}`), amount: toPounds(amount), date, method, reference: 'SumUp' });
  }
  changeInGes(id: string, patch: Partial<Pick<GesPayment, 'amount' | 'date' | 'method' | 'reference'>>): void {
    const payment = this.ges.get(id);
    if (payment === undefined) return;
    this.changedByUser.add(id);
    this.#showInGes({ ...payment, ...patch, revision: payment.revision + 1 });
  }
  deleteInGes(id: string, isByUser = true): void {
    const payment = this.ges.get(id);
    if (payment === undefined) return;
    if (isByUser) this.deletedByUser.add(id);
    this.ges.delete(id);
    this.#news.deleted.push({ id, revision: payment.revision + 1 });
  }

  // What people do in Xero.
  payInXero(amount: number, date: string, more: Partial<XeroPayment> = {}): XeroPayment | undefined {
    if (amount > this.invoice().amountDue) return undefined;
    return this.#showInXero(`xp_${String(++this.#next)}`, { accountId: 'bank', reference: '', ...more, amount, date });
  }
  deleteInXero(paymentId: string, isByUser = true): boolean {
    const payment = this.xero.get(paymentId);
    if (payment?.status !== 'AUTHORISED') return false;
    if (isByUser) this.deletedByUser.add(paymentId);
    this.#put({ ...payment, status: 'DELETED', updatedAt: ++this.now });
    return true;
  }
  reconcile(paymentId: string): void {
    const payment = this.xero.get(paymentId);
    if (payment?.status === 'AUTHORISED') this.#put({ ...payment, isReconciled: true, updatedAt: ++this.now });
  }

  live(): readonly XeroPayment[] {
    return [...this.xero.values()].filter(({ status }) => status === 'AUTHORISED');
  }
  invoice(): LedgerInvoice {
    const amountPaid = this.live().reduce((sum, { amount }) => sum + amount, 0);
    const amountDue = this.#total - this.#cisDeduction - amountPaid;
    const status = amountDue === 0 ? 'PAID' : 'AUTHORISED';
    return {
      invoiceId: INVOICE_ID,
      status,
      total: this.#total,
      cisDeduction: this.#cisDeduction,
      amountDue,
      amountPaid,
      amountCredited: 0,
    };
  }

  /**
   * The lane until nothing is left to do now. `readsAll`: GES is read as a whole although nobody asked. `isLate`: what happened since comes
   * only with the next drain, the newest first and twice.
   */
  drain({ readsAll = false, isLate = false }: { readonly readsAll?: boolean; readonly isLate?: boolean } = {}): void {
    const late = { news: this.#news, rows: this.#rows };
    if (isLate) [this.#news, this.#rows] = [{ payments: [], deleted: [] }, []];
    try {
      for (let pass = 0; pass < MOST_PASSES; pass++) {
        if (this.#pass(readsAll)) continue;
        if (isLate) this.#bring(late);
        return;
      }
      this.breaches.push('the lane does not come to rest');
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      if (isLate) this.#bring(late);
    }
  }

  #bring({ news, rows }: { readonly news: { payments: GesPayment[]; deleted: GesDeletion[] }; readonly rows: XeroPayment[] }): void {
    const twice = <T>(items: readonly T[]): T[] => [...items.toReversed(), ...items];
    this.#news.payments.push(...twice(news.payments));
    this.#news.deleted.push(...twice(news.deleted));
    this.#rows.push(...twice(rows));
  }

  /** Days go by, every answer comes: what is waited for happens. */
  settle(): void {
    this.fates = [];
    this.beforeWrite = [];
    for (let times = 0; times < 8; times++) {
      this.drain({ readsAll: times === 0 });
      this.now += 13 * 60 * MINUTE_MS;
    }
    this.drain();
  }

  /** One plan and its steps. Says whether there was anything to do. */
  #pass(readsAll: boolean): boolean {
    const news = { payments: [...this.#news.payments], deleted: [...this.#news.deleted] };
    const rows = [...this.#rows];
    const ledger = this.stored;
    let invoice = this.invoice();
    let known: Partial<LedgerInput> = {};
    let isComplete = this.#doubts.size > 0;
    let payments = isComplete ? [...this.xero.values()] : rows;
    // A doubt is looked up: found by its reference, or not there.
    if (isComplete)
      this.#doubts = new Map([...this.#doubts].filter(([gesId, at]) => !this.#isInXero(gesId) && this.now - at < 2 * MINUTE_MS));
    let ges: GesKnown = readsAll ? this.#readGes() : { kind: 'news', payments: news.payments, deleted: news.deleted };
    let plan = this.#decide(ledger, invoice, ges, payments, isComplete, known);
    for (let reads = 0; reads < 3 && Object.keys(plan.reads).length > 0; reads++) {
      if (plan.reads.ges === true) ges = this.#readGes();
      if (plan.reads.unexplained === true) [payments, isComplete, invoice] = [[...this.xero.values()], true, this.invoice()];
      const wanted = plan.reads.deletions?.xeroIds ?? [];
      payments = [...payments, ...wanted.flatMap((id) => this.xero.get(id) ?? [])];
      known = { xero: { payments, isComplete, missing: wanted.filter((id) => !this.xero.has(id)) } };
      plan = this.#decide(ledger, invoice, ges, payments, isComplete, known);
    }
    const before = JSON.stringify(ledger);
    if (plan.commitFirst) this.#commit(plan.ledger);
    const results = plan.steps.flatMap((step) => this.#carryOut(step) ?? []);
    const { ledger: next } = afterSteps(plan.ledger, results, this.now);
    this.#commit(next);
    this.#news = { payments: this.#news.payments.slice(news.payments.length), deleted: this.#news.deleted.slice(news.deleted.length) };
    this.#rows = this.#rows.slice(rows.length);
    this.#checkIdempotent(next, invoiceAfter(invoice, results));
    return plan.steps.length > 0 || before !== JSON.stringify(next);
  }

  #decide(
    ledger: Ledger | undefined,
    invoice: LedgerInvoice,
    ges: GesKnown,
    payments: readonly XeroPayment[],
    isComplete: boolean,
    more: Partial<LedgerInput>,
  ): LedgerPlan {
    const organisation = facts(this.isLocked ? { lockedUntil: '2026-11-15' } : {});
    const accounts = [
      { accountId: 'bank', code: '090', status: 'ACTIVE', systemAccount: '', type: 'BANK' },
      { accountId: 'till', code: '690', status: 'ACTIVE', systemAccount: '', type: 'CURRENT' },
    ] as const;
    const plan = decideLedger({
      ledger,
      ges,
      xero: { payments, isComplete },
      invoice,
      settings: this.#settings,
      facts: { ...organisation, accounts },
      now: this.now,
      inDoubt: new Set(this.#doubts.keys()),
      ...more,
    });
    const posted = plan.steps.reduce((sum, step) => sum + (step.kind === 'post' ? step.element.amount : 0), 0);
    if (posted > Math.max(0, invoice.amountDue)) this.breaches.push(`posted beyond what is due: ${String(posted)}`);
    if (plan.steps.length > 15) this.breaches.push('more than 15 steps');
    const isCreation = plan.steps.map(({ kind }) => kind === 'enter' || kind === 'post');
    if (plan.steps.some(({ kind }, place) => kind === 'delete' && isCreation.slice(0, place).includes(true)))
      this.breaches.push('a creation before a deletion');
    return plan;
  }

  #readGes(): GesKnown {
    return { kind: 'all', payments: [...this.ges.values()] };
  }

  #commit(ledger: Ledger): void {
    const ids = ledger.entries
      .filter(({ state }) => state.kind !== 'ended')
      .flatMap(({ gesId, xeroId }) => [gesId, xeroId].filter((id) => id !== undefined));
    if (new Set(ids).size !== ids.length) this.breaches.push(`paired twice: ${ids.sort().join(' ')}`);
    this.stored = JSON.parse(JSON.stringify(ledger)) as Ledger;
  }

  /** Deciding again on the result, with nothing new, writes nothing that was not left over. */
  #checkIdempotent(ledger: Ledger, invoice: LedgerInvoice): void {
    const input = { ledger, invoice, ges: { kind: 'news', payments: [], deleted: [] } as const };
    const once = this.#decide(ledger, invoice, input.ges, [], false, {});
    const twice = this.#decide(once.ledger, invoice, input.ges, [], false, {});
    const told = ({ steps, ledger: { entries } }: LedgerPlan) => JSON.stringify([steps, entries]);
    if (told(once) !== told(twice) && once.steps.length === 0) this.breaches.push(`deciding twice differs: ${told(once)} ${told(twice)}`);
  }

  #carryOut(step: LedgerStep): StepResult | undefined {
    this.beforeWrite.shift()?.();
    const fate = this.fates.shift() ?? 'answered';
    this.steps.push(step);
    if (fate === 'never') {
      if (step.kind === 'post') this.#doubts.set(step.gesId, this.now);
      return undefined;
    }
    const result = this.#write(step);
    if (fate !== 'answered' && step.kind === 'post') this.#doubts.set(step.gesId, this.now);
    if (fate === 'killed') throw new Killed();
    return fate === 'lost' ? undefined : result;
  }

  #write(step: LedgerStep): StepResult {
    switch (step.kind) {
      case 'post': {
        const { amount, date, accountId, reference } = step.element;
        if (amount > this.invoice().amountDue)
          return { outcome: 'refused', step, messages: ['Payment amount exceeds the amount outstanding on this document'] };
        if (this.live().some((other) => gesIdIn(other.reference) === step.gesId)) this.breaches.push(`posted twice: ${step.gesId}`);
        const payment = this.#showInXero(`xp_${String(++this.#next)}`, { amount, date, accountId, reference });
        return { outcome: 'posted', step, payment };
      }
      case 'delete': {
        const payment = this.xero.get(step.xeroId);
        if (payment?.isBatch === true) return { outcome: 'refused', step, messages: ['Payments within a batch cannot be deleted.'] };
        if (payment?.isReconciled === true) return { outcome: 'refused', step, messages: ['This payment is reconciled'] };
        const entry = this.stored?.entries.find(({ xeroId, state }) => xeroId === step.xeroId && state.kind !== 'ended');
        const isTold = this.deletedByUser.has(entry?.gesId ?? '') || this.changedByUser.has(entry?.gesId ?? '');
        if (payment?.status === 'AUTHORISED' && entry !== undefined && !isTold && entry.ges?.amount === entry.xero?.amount)
          this.breaches.push(`deleted in Xero though nobody asked: ${step.xeroId}`);
        return { outcome: this.deleteInXero(step.xeroId, false) ? 'deleted' : 'gone', step };
      }
      case 'enter': {
        const made = this.#madeUnder.get(step.key);
        const payment = made === undefined ? this.#enter(step.payment) : (this.ges.get(made.id) ?? made);
        this.#madeUnder.set(step.key, payment);
        return { outcome: 'entered', step, payment };
      }
      case 'remove': {
        const payment = this.ges.get(step.gesId);
        if (payment === undefined) return { outcome: 'gone', step };
        if (payment.revision !== step.revision) return { outcome: 'conflict', step };
        const entry = this.stored?.entries.find(({ gesId }) => gesId === step.gesId);
        // Its post may have been killed before the link was stored: then its reference says which payment it was.
        const was = [...this.xero.values()].filter(
          ({ paymentId, reference }) => paymentId === entry?.xeroId || gesIdIn(reference) === step.gesId,
        );
        if (!was.some(({ paymentId }) => this.deletedByUser.has(paymentId)))
          this.breaches.push(`removed in GES though nobody deleted it: ${step.gesId}`);
        this.deleteInGes(step.gesId, false);
        return { outcome: 'removed', step };
      }
      case 'change': {
        const payment = this.ges.get(step.gesId);
        if (payment === undefined) return { outcome: 'gone', step };
        if (payment.revision !== step.revision) return { outcome: 'conflict', step, payment };
        return { outcome: 'changed', step, payment: this.#showInGes({ ...payment, ...step.patch, revision: payment.revision + 1 }) };
      }
    }
  }

  #enter(payment: Pick<GesPayment, 'amount' | 'date' | 'method' | 'reference'>): GesPayment {
    return this.#showInGes({ ...this.#blank(`pay_${String(++this.#next)}`), ...payment });
  }
  #blank(id: string): GesPayment {
    return { id, revision: 1, invoiceId: 'inv_1', amount: '0.00', date: '', method: 'card', reference: '', updatedAt: '' };
  }
  #showInGes(payment: GesPayment): GesPayment {
    this.ges.set(payment.id, payment);
    this.#news.payments.push(payment);
    return payment;
  }
  #showInXero(
    paymentId: string,
    more: Pick<XeroPayment, 'amount' | 'date' | 'accountId' | 'reference'> & Partial<XeroPayment>,
  ): XeroPayment {
    const { amount, date, accountId, reference, isReconciled = false, isBatch = false } = more;
    const sum = { amount, date, accountId, reference };
    return this.#put({ paymentId, invoiceId: INVOICE_ID, status: 'AUTHORISED', isReconciled, isBatch, updatedAt: ++this.now, ...sum });
  }
  #put(payment: XeroPayment): XeroPayment {
    this.xero.set(payment.paymentId, payment);
    this.#rows.push(payment);
    return payment;
  }
  #isInXero(gesId: string): boolean {
    return [...this.xero.values()].some(({ reference }) => gesIdIn(reference) === gesId);
  }

  /** What differs in the end without anybody being asked, or asked without reason. */
  disagreements(): readonly string[] {
    const entries = (this.stored ?? EMPTY_LEDGER).entries.filter(({ state }) => state.kind !== 'ended');
    const wrong = entries.flatMap((entry) => (this.#isRight(entry) ? [] : JSON.stringify(entry)));
    const known = new Set(entries.flatMap(({ gesId, xeroId }) => [gesId, xeroId]));
    const unknown = [...this.ges.keys(), ...this.live().map(({ paymentId }) => paymentId)].filter((id) => !known.has(id));
    const problem = this.stored?.problem === undefined ? [] : [`the ledger: ${this.stored.problem.code}`];
    return [...this.breaches, ...wrong, ...unknown.map((id) => `unknown: ${id}`), ...problem];
  }

  /** Both sides have it alike, or what is asked of a person is so. */
  #isRight({ gesId, xeroId, problem, state }: LedgerEntry): boolean {
    const inGes = this.ges.get(gesId ?? '');
    const found = this.xero.get(xeroId ?? '');
    const inXero = found?.status === 'AUTHORISED' ? found : undefined;
    const { amountDue } = this.invoice();
    const received = toPence(inGes?.amount ?? '0');
    const rest = received - (inXero?.amount ?? 0);
    const isAlike = inGes !== undefined && inXero !== undefined && rest === 0 && inGes.date === inXero.date;
    switch (problem?.code) {
      case undefined:
        return isAlike || (state.kind === 'left-to-bank-feed' && inXero === undefined);
      case 'more-than-owed':
        return inGes !== undefined && rest > amountDue;
      case 'cis-gross-payment':
        return inGes !== undefined && rest - amountDue === this.#cisDeduction;
      case 'rest-not-posted':
        return (inXero?.isReconciled === true || inXero?.isBatch === true || this.isLocked) && rest > 0;
      case 'payment-reconciled':
        return isAlike && inXero.isReconciled;
      case 'payment-in-batch':
        return isAlike && inXero.isBatch;
      case 'period-locked':
        return this.isLocked;
      default:
        return false;
    }
  }
}
