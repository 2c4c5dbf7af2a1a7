import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import type { Effect } from '../../../local/xero-sandbox/core/messages.ts';
import type { GesEvent } from '../../../local/ges-simulator/core/records.ts';
import { DEMO_ORGANISATIONS } from '../../../local/xero-sandbox/seed/organisations.ts';
import { disconnect } from '../../../shared/connection/disconnect.ts';
import type { TokenSet } from '../../../shared/connection/ports.ts';
import { sweepTokens } from '../../../shared/connection/token-sweep.ts';
import { readGesEvent } from '../../../shared/ges/event-contract.ts';
import { bulkSync } from '../../../shared/runs/bulk-sync.ts';
import { createDrain } from '../../../shared/sync/drain.ts';
import { enterLane, ringLane, wakeDueLanes } from '../../../shared/sync/lane.ts';
import type { Outcome } from '../../../shared/sync/ports.ts';
import { receiveGesChange, receiveWebhook } from '../../../shared/sync/receive.ts';
import { readWebhook } from '../../../shared/xero/webhook-events.ts';
import { createMemoryTable, type MemoryTable } from '../../support/memory-table/memory-table.ts';
import { TABLE_DEFINITION } from '../../support/table-definition.ts';
import { Draws } from './draws.ts';
import { NO_FAULTS, type Faults } from './faults.ts';
import { GesSystem } from './ges-system.ts';
import { Process } from './process.ts';
import { productIn, type Product, type Surroundings } from './product.ts';
import { Scheduler } from './scheduler.ts';
import { XeroSystem } from './xero-system.ts';

const START = Date.UTC(2026, 10, 23, 9);
const MINUTE_MS = 60_000;
const TIME_OUT_MS = { ingress: 10_000, webhook: 5_000, lane: 300_000, other: 60_000 } as const;
/** How long a doorbell in hand is hidden from others. */
const VISIBILITY_MS = 1_800_000;
/** EventBridge's own queue tries a failed delivery again. */
const REDELIVERY_MS = 60_000;

/** One GES business and the organisation that it is connected to. */
export interface Account {
  readonly accountId: string;
  readonly tenantId: string;
}

export interface WorldOptions {
  readonly seed: string;
  readonly accounts: number;
  readonly faults: Faults;
  /** Xero calls a minute; undefined: Xero's 60. */
  readonly minuteLimit?: number | undefined;
  /** Wraps the ports of the product in one process: a mutant, or a witness. */
  readonly mutate?: ((product: Product, process: Process) => Product) | undefined;
  /** Wraps what one process of the product reaches, before the product is put together. */
  readonly surround?: ((around: Surroundings, process: Process) => Surroundings) | undefined;
}

export interface LogLine {
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly ids: Readonly<Record<string, unknown>>;
}

/** Everything: the two systems with their people, the cloud, and the product in it, on one virtual clock. */
export class SimulatedWorld {
  readonly scheduler = new Scheduler(START);
  readonly draws: Draws;
  readonly table: MemoryTable;
  readonly ges: GesSystem;
  readonly xero: XeroSystem;
  readonly accounts: readonly Account[];
  readonly outcomes: Outcome[] = [];
  readonly log: LogLine[] = [];
  readonly secrets = new Map<string, Map<string, TokenSet>>();
  private readonly options: WorldOptions;
  private readonly around: Surroundings;
  private faultsNow: Faults = NO_FAULTS;
  private readonly ourSkewMs: number;
  private processes = 0;
  /** Deliveries, doorbells and invocations that are still under way. */
  private underWay = 0;
  private events = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    this.draws = new Draws(options.seed);
    const { scheduler, draws } = this;
    const skew = (what: string): number => draws.whole(-options.faults.skewMs, options.faults.skewMs, 'skew', what);
    const [gesSkew, xeroSkew] = [skew('ges'), skew('xero')];
    this.ourSkewMs = skew('us');
    this.accounts = DEMO_ORGANISATIONS.slice(0, options.accounts).map(({ tenantId }, place) => ({
      accountId: `acct_${String(place)}`,
      tenantId,
    }));
    this.table = createMemoryTable({
      definition: TABLE_DEFINITION,
      now: () => scheduler.now,
      refuse: (command) =>
        draws.happens(this.faultsNow.tableConflict, 'table conflict', command.constructor.name) &&
        /Put|Update|Delete|Transact/.test(command.constructor.name)
          ? new TransactionConflictException({ message: 'simulated', $metadata: {} })
          : undefined,
    });
    this.ges = new GesSystem(
      this.accounts.map(({ accountId }) => accountId),
      () => scheduler.now + gesSkew,
      (event) => this.deliverEvent(event),
    );
    this.xero = new XeroSystem(
      () => scheduler.now + xeroSkew,
      (effect) => this.deliverWebhook(effect),
      options.minuteLimit,
    );
    this.around = {
      table: this.table,
      ges: this.ges,
      xero: this.xero,
      secrets: this.secrets,
      draws,
      faults: () => this.faultsNow,
      ring: (accountId, delaySeconds) => this.ring(accountId, delaySeconds),
      told: (outcome) => void this.outcomes.push(outcome),
      log: {
        info: (message, ids = {}) => this.note('info', message, ids),
        warn: (message, ids = {}) => this.note('warn', message, ids),
        error: (message, ids = {}) => this.note('error', message, ids),
      },
    };
    this.everyMinute();
  }

  /** Connects every account, without faults, and then lets them begin. */
  async begin(): Promise<void> {
    for (const account of this.accounts) await this.connect(account);
    this.faultsNow = this.options.faults;
  }

  endFaults(): void {
    this.faultsNow = NO_FAULTS;
  }

  /** A user connects (again): consent, tokens, settings. The product's token code stores the consent. */
  connect({ accountId, tenantId }: Account): Promise<void> {
    return this.invoke('connect', TIME_OUT_MS.other, async ({ connection, stores }, process) => {
      const consent = await connection.identity.exchangeCode(this.xero.consent(tenantId));
      await connection.tokens.storeConsent(consent, accountId);
      const [granted] = await connection.identity.listConnections(consent.tokens.accessToken, consent.authEventId);
      const before = await stores.connections.readConnection(accountId);
      const code = (wanted: string): string =>
        this.xero.sandbox.state.accounts.by('tenant', tenantId).find((account) => account.code === wanted)?.accountId ?? '';
      await stores.connections.claimTenant({ tenantId, accountId, claimedAt: process.clock.now() });
      const status = 'active' as const;
      await stores.connections.putConnection(
        {
          accountId,
          status,
          connectSeq: (before?.connectSeq ?? 0) + 1,
          generation: before?.generation ?? 1,
          tenantId,
          organisationName: 'Simulated',
          xeroConnectionId: granted?.xeroConnectionId ?? '',
          xeroUserId: consent.xeroUserId,
          settings: { paymentAccountId: code('090'), salesAccountId: code('200'), syncCustomers: true, syncInvoices: true },
          connectedAt:
            before?.status === 'needs-reconnect' && before.connectedAt !== undefined
              ? before.connectedAt
              : new Date(process.clock.now()).toISOString(),
          version: before?.version ?? 0,
        },
        { kind: 'ConnectionChanged', accountId, version: (before?.version ?? 0) + 1, status },
      );
      await connection.bell.ring(accountId);
    });
  }

  disconnect({ accountId }: Account): Promise<void> {
    return this.invoke('disconnect', TIME_OUT_MS.other, ({ connection }) => disconnect(connection, accountId));
  }

  /** Support starts a bulk run of everything; `cancel` ends the newest one. */
  startRun({ accountId }: Account): Promise<void> {
    return this.bulk(accountId, {
      action: 'sync',
      accountId,
      types: ['customer', 'invoice', 'payment'],
      ids: [],
      dryRun: false,
      includeUnused: false,
      requestedBy: 'support',
    });
  }

  private bulk(accountId: string, request: Parameters<typeof bulkSync>[1]): Promise<void> {
    return this.invoke('bulk', TIME_OUT_MS.other, async ({ drain }) => {
      try {
        await bulkSync({ ...drain, digest: (text) => text }, request);
      } catch (error) {
        this.note('info', 'bulk run refused', { accountId, error: String(error) });
      }
    });
  }

  async cancelRun({ accountId }: Account): Promise<void> {
    await this.invoke('cancel', TIME_OUT_MS.other, async ({ drain }) => {
      const [run] = await drain.runs.activeRuns(accountId);
      if (run !== undefined) await bulkSync({ ...drain, digest: (text) => text }, { action: 'cancel', accountId, runId: run.runId });
    });
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    return this.scheduler.run(this.scheduler.now + ms);
  }

  /** Is nothing under way, and no lane to be woken within `soonMs`? */
  isAtRest(soonMs: number): boolean {
    if (this.underWay > 0 || this.xero.sandbox.nextDueAt() !== undefined) return false;
    const soon = this.scheduler.now + soonMs;
    return this.table.items().every((item) => item['sk'] !== 'LANE' || typeof item['wakeAt'] !== 'number' || item['wakeAt'] > soon);
  }

  /** Runs one invocation of a function of the product and waits for its end; a killed one ends, too. */
  async invoke(name: string, timeOutMs: number, work: (product: Product, process: Process) => Promise<unknown>): Promise<void> {
    let isDone = false;
    this.start(name, timeOutMs, work, () => void (isDone = true));
    await this.scheduler.run(this.scheduler.now + timeOutMs + 1, () => isDone);
  }

  private start(
    name: string,
    timeOutMs: number,
    work: (product: Product, process: Process) => Promise<unknown>,
    onEnd: (failure?: unknown) => void,
  ): void {
    const process = new Process(
      `${name}${String(++this.processes)}`,
      timeOutMs,
      this.ourSkewMs,
      this.faultsNow,
      this.scheduler,
      this.draws,
    );
    const product = productIn(process, this.options.surround?.(this.around, process) ?? this.around);
    const mutated = this.options.mutate?.(product, process) ?? product;
    const counts = name === 's' ? 0 : 1;
    this.underWay += counts;
    let hasEnded = false;
    const end = (failure?: unknown): void => {
      if (hasEnded) return;
      hasEnded = true;
      this.underWay -= counts;
      process.end();
      onEnd(failure);
    };
    this.scheduler.after(timeOutMs, () => end(hasEnded ? undefined : new Error(`${process.name} was killed or timed out`)));
    void work(mutated, process).then(
      () => end(),
      (failure: unknown) => {
        this.note('warn', 'process ended', { process: process.name, error: String(failure) });
        end(failure ?? new Error('failed'));
      },
    );
  }

  private deliverEvent(event: GesEvent): void {
    const about = `event ${event.detail.entity.type}`;
    // The bus notes when it took the event, by the cloud's clock and not by GES's.
    const time = new Date(this.scheduler.now + this.ourSkewMs).toISOString();
    for (const delay of this.delays(about)) this.later(delay, () => this.putEvent(event, time, `event-${String(++this.events)}`));
  }

  private putEvent({ source, detailType, detail }: GesEvent, time: string, id: string, tries = 0): void {
    const read = readGesEvent({ id, time, source, 'detail-type': detailType, detail });
    if (!read.ok) return this.scheduler.fail(new Error(read.reason));
    this.start(
      'e',
      TIME_OUT_MS.ingress,
      ({ drain }) => receiveGesChange(drain, read.change, id),
      (failure) => {
        if (failure !== undefined && tries < 20)
          this.later(REDELIVERY_MS, () => this.putEvent({ source, detailType, detail }, time, id, tries + 1));
      },
    );
  }

  private deliverWebhook(effect: Effect): void {
    const delays = this.delays('webhook');
    for (const [place, delay] of delays.entries())
      this.later(delay, () => {
        const read = readWebhook(effect.body);
        if (!read.ok) return this.scheduler.fail(new Error(read.reason));
        this.start(
          'w',
          TIME_OUT_MS.webhook,
          ({ drain }) => receiveWebhook(drain, read.events, effect.deliveryId),
          (failure) => {
            if (place > 0) return;
            const status = failure === undefined ? 200 : 500;
            this.xero.sandbox.delivered(effect.deliveryId, { status, bodyLength: 0, setsCookie: false }, this.scheduler.now);
          },
        );
      });
  }

  /** When something is delivered: once, or twice, at once or late. */
  private delays(about: string): readonly number[] {
    const { doubled, late, lateMs } = this.faultsNow;
    const one = (): number =>
      this.draws.happens(late, 'late', about) ? this.draws.whole(0, lateMs, 'late by', about) : this.draws.whole(5, 40, 'delay', about);
    return this.draws.happens(doubled, 'doubled', about) ? [one(), one()] : [one()];
  }

  private ring(accountId: string, delaySeconds: number): void {
    if (this.draws.happens(this.faultsNow.doorbellLost, 'doorbell lost', accountId)) return;
    this.later(delaySeconds * 1000 + 5, () => this.answer(accountId), delaySeconds <= 60);
  }

  private answer(accountId: string): void {
    this.start(
      'l',
      TIME_OUT_MS.lane,
      ({ drain }, process) =>
        enterLane(
          drain,
          accountId,
          () => process.timeLeftMs(),
          (entered) => createDrain(drain, accountId, drain.log, entered),
        ),
      (failure) => {
        if (failure !== undefined) this.later(VISIBILITY_MS - TIME_OUT_MS.lane, () => this.answer(accountId), false);
      },
    );
  }

  private everyMinute(): void {
    this.scheduler.after(MINUTE_MS, () => {
      this.xero.tick();
      this.start(
        's',
        TIME_OUT_MS.other,
        async ({ drain, connection }) => {
          await wakeDueLanes(drain);
          await sweepTokens(connection);
        },
        () => undefined,
      );
      this.everyMinute();
    });
  }

  /** Something that is to happen: the world is not at rest before. */
  private later(ms: number, task: () => void, counts = true): void {
    if (counts) this.underWay++;
    this.scheduler.after(ms, () => {
      if (counts) this.underWay--;
      task();
    });
  }

  private note(level: LogLine['level'], message: string, ids: Readonly<Record<string, unknown>>): void {
    this.log.push({ at: this.scheduler.now, level, message, ids });
  }

  /** Rings a lane by hand, as a person would who wants to see something happen. */
  ringNow(accountId: string): Promise<void> {
    return this.invoke('r', TIME_OUT_MS.other, ({ drain }) => ringLane(drain, accountId));
  }
}
