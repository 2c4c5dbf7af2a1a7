import { DEMO_ORGANISATIONS } from '../../../local/xero-sandbox/seed/organisations.ts';
import type { TokenSet } from '../../../shared/connection/ports.ts';
import type { SettingsWish } from '../../../shared/connection/settings.ts';
import { bulkSync } from '../../../shared/runs/bulk-sync.ts';
import { accountPartition } from '../../../shared/store/keys.ts';
import { ringLane } from '../../../shared/sync/lane.ts';
import type { Outcome } from '../../../shared/sync/ports.ts';
import { createMemoryTable, type MemoryTable } from '../../support/memory-table/memory-table.ts';
import { TABLE_DEFINITION } from '../../support/table-definition.ts';
import { Cloud } from './cloud.ts';
import { Draws } from './draws.ts';
import { NO_FAULTS, type Faults } from './faults.ts';
import { Functions, TIME_OUT_MS, type Work } from './functions.ts';
import { GesSystem } from './ges-system.ts';
import type { Process } from './process.ts';
import { productIn, type Product, type Surroundings } from './product.ts';
import { Scheduler } from './scheduler.ts';
import { connectOnce, disconnectOnce, looks, savesOnce, type ApiCall } from './settings-page.ts';
import { XERO_USERS, XeroSystem } from './xero-system.ts';

const START = Date.UTC(2026, 10, 23, 9);
/** A person whose click led to nothing tries again after so long, so many times. */
const PATIENCE = { everyMs: 20_000, times: 60 } as const;

/** One GES business and the organisation that it is connected to. */
export interface Account {
  readonly accountId: string;
  readonly tenantId: string;
  /** Who consents: the first two accounts have one Xero user in common, the others another. */
  readonly xeroUserId: string;
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
  private readonly cloud: Cloud;
  private faultsNow: Faults = NO_FAULTS;

  constructor(options: WorldOptions) {
    this.options = options;
    this.draws = new Draws(options.seed);
    const { scheduler, draws } = this;
    const skew = (what: string): number => draws.whole(-options.faults.skewMs, options.faults.skewMs, 'skew', what);
    const [gesSkew, xeroSkew] = [skew('ges'), skew('xero')];
    const skewMs = skew('us');
    const faults = (): Faults => this.faultsNow;
    this.accounts = DEMO_ORGANISATIONS.slice(0, options.accounts).map(({ tenantId }, place) => ({
      accountId: `acct_${String(place)}`,
      tenantId,
      xeroUserId: XERO_USERS[place < 2 ? 0 : 1],
    }));
    this.table = createMemoryTable({ definition: TABLE_DEFINITION, now: () => scheduler.now });
    this.ges = new GesSystem(
      (transaction) => {
        for (const { accountId: id } of this.accounts) transaction.putAccount({ id, name: id, cisRatePercent: 20 });
      },
      () => scheduler.now + gesSkew,
      (event) => this.cloud.takeEvent(event),
    );
    this.xero = new XeroSystem(
      () => scheduler.now + xeroSkew,
      (effect) => this.cloud.takeWebhook(effect),
      options.minuteLimit,
    );
    this.around = {
      table: this.table,
      ges: this.ges,
      xero: this.xero,
      secrets: this.secrets,
      draws,
      faults,
      ring: (accountId, delaySeconds) => this.cloud.takeDoorbell(accountId, delaySeconds),
      told: (outcome) => void this.outcomes.push(outcome),
      log: {
        info: (message, ids = {}) => this.note('info', message, ids),
        warn: (message, ids = {}) => this.note('warn', message, ids),
        error: (message, ids = {}) => this.note('error', message, ids),
      },
    };
    const functions = new Functions({
      scheduler,
      draws,
      skewMs,
      faults,
      wire: (process) => this.wire(process),
      onFailure: (process, failure) => this.note('warn', 'process ended', { process, error: String(failure) }),
    });
    const isSweepDue = (): boolean => this.nextWakeAt() <= scheduler.now + skewMs;
    this.cloud = new Cloud({ scheduler, draws, functions, xero: this.xero, faults, skewMs, isSweepDue });
  }

  /** Connects every account, without faults, and then lets them begin. */
  async begin(): Promise<void> {
    for (const account of this.accounts) await this.connect(account);
    this.faultsNow = this.options.faults;
  }

  endFaults(): void {
    this.faultsNow = NO_FAULTS;
  }

  /** A user connects (again), and saves settings where none are kept. */
  connect({ accountId, tenantId, xeroUserId }: Account): Promise<void> {
    return this.patiently(() => connectOnce(this.api, this.xero, accountId, tenantId, xeroUserId));
  }

  /** A user saves settings; what is not wished otherwise is as `connect` saves it. */
  saveSettings({ accountId, tenantId }: Account, wish: Partial<SettingsWish>): Promise<void> {
    return this.patiently(() => savesOnce(this.api, this.xero, accountId, tenantId, wish));
  }

  /** A user opens the settings page, which asks Xero for what there is to choose from. */
  openSettings({ accountId }: Account): Promise<void> {
    return looks(this.api, accountId);
  }

  disconnect({ accountId }: Account): Promise<void> {
    return this.patiently(() => disconnectOnce(this.api, accountId));
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
    return this.cloud.isIdle && this.xero.sandbox.nextDueAt() === undefined && this.nextLaneAt() > this.scheduler.now + soonMs;
  }

  /** Runs one invocation of a function of the product and waits for its end; a killed one ends, too. */
  async invoke(name: string, timeOutMs: number, work: Work): Promise<void> {
    let isDone = false;
    this.cloud.invoke(name, this.cloud.minute, timeOutMs, work, () => void (isDone = true));
    await this.scheduler.run(this.scheduler.now + timeOutMs + 1, () => isDone);
  }

  /** One call of the Integration API, of which the user sees the answer or none. */
  private readonly api: ApiCall = async (work) => {
    let answer: Awaited<ReturnType<typeof work>> | undefined;
    await this.invoke('api', TIME_OUT_MS.other, async (product) => void (answer = await work(product)));
    return answer;
  };

  /** A person does something until it has worked. */
  private async patiently(once: () => Promise<boolean>): Promise<void> {
    for (let time = 0; time < PATIENCE.times; time++) {
      if (await once()) return;
      await this.pass(PATIENCE.everyMs);
    }
  }

  private wire(process: Process): Product {
    const product = productIn(process, this.options.surround?.(this.around, process) ?? this.around);
    return this.options.mutate?.(product, process) ?? product;
  }

  /** When a lane is to be woken, epoch ms of our clock; Infinity: none is. */
  private nextLaneAt(): number {
    return Math.min(...this.accounts.map(({ accountId }) => this.wakeAtOf(accountPartition(accountId), 'LANE')));
  }

  /** When the next sweep finds a lane, or tokens. */
  private nextWakeAt(): number {
    const tokens = XERO_USERS.map((xeroUserId) => this.wakeAtOf(`TOKEN#${xeroUserId}`, 'TOKEN'));
    return Math.min(this.nextLaneAt(), ...tokens);
  }

  private wakeAtOf(pk: string, sk: string): number {
    const wakeAt = this.table.items(pk).find((item) => item['sk'] === sk)?.['wakeAt'];
    return typeof wakeAt === 'number' ? wakeAt : Infinity;
  }

  private note(level: LogLine['level'], message: string, ids: Readonly<Record<string, unknown>>): void {
    this.log.push({ at: this.scheduler.now, level, message, ids });
  }

  /** Rings a lane by hand, as a person would who wants to see something happen. */
  ringNow(accountId: string): Promise<void> {
    return this.invoke('r', TIME_OUT_MS.other, ({ drain }) => ringLane(drain, accountId));
  }
}
