import { accountingApi, withLimits } from '../gateway/accounting.ts';
import { otherApi } from '../gateway/described-operations.ts';
import { CallLog } from '../gateway/call-log.ts';
import { distorted, faultFor, internalError, refusalOf } from '../gateway/faults.ts';
import type { CallsInProgress } from '../gateway/limits.ts';
import { identity } from '../identity/routes.ts';
import { seedDemo } from '../seed/demo.ts';
import { switchboard, type SwitchboardContext } from '../switchboard/routes.ts';
import { Deliveries } from '../webhooks/delivery.ts';
import type { Exchange } from './exchange.ts';
import { notFoundAnswer } from '../api/problems.ts';
import { jsonAnswer, type DeliveryOutcome, type Effect, type SandboxAnswer, type SandboxRequest } from './messages.ts';
import { Snapshots, type StoredRow } from './snapshots.ts';
import { SandboxState } from './state.ts';
import type { Change } from './table.ts';

/** How the sandbox starts when it has no stored rows. */
export interface SeedOptions {
  /** Seed of everything random; the same seed and the same calls give the same answers. */
  seed: string;
  /** Private key that signs tokens (identity/jwt.ts `generateSigningKey`). */
  signingKey: string;
  publicUrl: string;
  /** Where the webhooks of the local app go. */
  webhookUrl: string;
}

/**
 * The sandbox without timers or I/O. A shell (or a simulator) gives it requests and the time, carries out the effects, stores the changed
 * rows before it lets the answer go, and calls `due` when `nextDueAt` has come.
 */
export class XeroSandbox {
  readonly state = new SandboxState();
  readonly #deliveries = new Deliveries(this.state);
  readonly #log = new CallLog();
  readonly #inProgress: CallsInProgress = new Map();
  readonly #snapshots = new Snapshots();

  /** Fills an empty sandbox with the demo organisations. `now` is the shell's time, epoch ms. */
  seed(options: SeedOptions, now: number): void {
    this.state.seed(options.seed);
    this.state.signingKey = options.signingKey;
    this.state.settings = { ...this.state.settings, publicUrl: options.publicUrl };
    seedDemo(this.state, this.#time(now), options.webhookUrl);
  }

  /** Goes on from stored rows. */
  load(rows: Iterable<StoredRow>): void {
    this.state.load(this.#snapshots.load(rows));
    this.#deliveries.forgetInFlight();
  }

  /** The sandbox's own time at the shell's `now`. */
  #time(now: number): number {
    const { mode, offsetMs, virtualNow } = this.state.clock;
    return mode === 'virtual' ? virtualNow : now + offsetMs;
  }

  /** Answers one request. Effects are webhook deliveries to make now. */
  handle(request: SandboxRequest, now: number): { answer: SandboxAnswer; effects: Effect[] } {
    const time = this.#time(now);
    const exchange: Exchange = { state: this.state, request, url: urlOf(request), now: time };
    const isSwitchboard = exchange.url.pathname.startsWith('/_sandbox');
    if (isSwitchboard) {
      const context: SwitchboardContext = {
        exchange,
        log: this.#log,
        deliveries: this.#deliveries,
        inProgress: this.#inProgress,
        snapshots: this.#snapshots,
        shellNow: now,
      };
      const { answer, effects } = this.#safely(exchange, () => switchboard(context));
      return { answer, effects: [...effects, ...this.due(now)] };
    }
    const { answer } = this.#safely(exchange, () => ({ answer: this.#served(exchange), effects: [] }));
    this.#log.add(exchange, answer);
    return { answer, effects: this.due(now) };
  }

  #served(exchange: Exchange): SandboxAnswer {
    const fault = faultFor(exchange);
    const isAccounting = exchange.url.pathname.startsWith('/api.xro/2.0/');
    const isCachedError = isAccounting && fault?.kind === '500';
    const refusal = isCachedError ? undefined : refusalOf(fault, exchange);
    if (refusal !== undefined) return isAccounting ? withLimits(exchange, refusal) : refusal;
    if (isAccounting) return accountingApi(exchange, this.#inProgress, fault);
    return distorted(identity(exchange) ?? otherApi(exchange) ?? notFoundAnswer(), fault, exchange);
  }

  /** A defect of the sandbox itself must neither end it nor leave half a change behind. */
  #safely(exchange: Exchange, work: () => { answer: SandboxAnswer; effects: Effect[] }): { answer: SandboxAnswer; effects: Effect[] } {
    const savepoint = this.state.journal.savepoint();
    try {
      return work();
    } catch (error) {
      this.state.journal.rollback(savepoint);
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const answer = exchange.url.pathname.startsWith('/_sandbox') ? jsonAnswer(500, { error: text }) : internalError(exchange);
      return {
        answer: { ...answer, headers: { ...answer.headers, 'x-sandbox-defect': headerText(text.split('\n')[0] ?? '') } },
        effects: [],
      };
    }
  }

  /** The deliveries due at the shell's `now`. */
  due(now: number): Effect[] {
    return this.#deliveries.due(this.#time(now));
  }

  /** When something is due next, in the shell's time; undefined when nothing waits or the clock stands still. */
  nextDueAt(): number | undefined {
    const { mode, offsetMs } = this.state.clock;
    const at = this.#deliveries.nextDueAt();
    return mode === 'virtual' || at === undefined ? undefined : at - offsetMs;
  }

  /** Takes the outcome of a delivery. */
  delivered(deliveryId: string, outcome: DeliveryOutcome, now: number): void {
    this.#deliveries.delivered(deliveryId, outcome, this.#time(now));
  }

  /** The rows changed since the last call: a shell with storage writes them before it answers. */
  takeChanges(): Change[] {
    return [...this.state.journal.take(), ...this.#snapshots.takeChanges()];
  }
}

/** A text as an HTTP header can carry it. */
function headerText(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

function urlOf(request: SandboxRequest): URL {
  try {
    return new URL(request.url, 'http://sandbox');
  } catch {
    return new URL('http://sandbox/');
  }
}
