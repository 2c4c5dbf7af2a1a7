import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsError } from '../aws-protocol.ts';
import type { LogListener } from './function-log.ts';
import { FunctionLog } from './function-log.ts';
import type { FunctionDefinition } from './functions-from-template.ts';
import type { RuntimeEnvironment } from './instance.ts';
import { Instance } from './instance.ts';
import type { Outcome } from './runtime-messages.ts';

/** Most instances of one function on one machine, below whatever the template allows. */
export const MAX_INSTANCES = 4;

/** The edge is being closed: nobody may take this for the function's own failure. */
export class RuntimeStopped extends Error {
  constructor() {
    super('The AWS edge is closing.');
    this.name = 'RuntimeStopped';
  }
}

interface Pool {
  readonly definition: FunctionDefinition;
  readonly log: FunctionLog;
  readonly limit: number;
  readonly idle: Instance[];
  readonly all: Set<Instance>;
  readonly waiting: ((instance: Instance) => void)[];
  running: number;
}

export interface LambdaRuntimeOptions {
  readonly functions: readonly FunctionDefinition[];
  readonly environment: RuntimeEnvironment;
  readonly dataDir: string;
  readonly logListener?: LogListener | undefined;
}

/**
 * Runs the template's functions: warm instances are used again, a further one is started while all are busy and the
 * limit allows it, and beyond the limit callers wait (AWS would answer a synchronous one with 429).
 */
export class LambdaRuntime {
  readonly #pools: ReadonlyMap<string, Pool>;
  readonly #environment: RuntimeEnvironment;
  #stopped = false;
  readonly #rejectWaiting = new Set<(error: Error) => void>();

  constructor({ functions, environment, dataDir, logListener }: LambdaRuntimeOptions) {
    this.#environment = environment;
    this.#pools = new Map(
      functions.map((definition) => [
        definition.name,
        {
          definition,
          log: new FunctionLog(dataDir, definition.name, logListener),
          limit: Math.min(MAX_INSTANCES, definition.reservedConcurrency ?? MAX_INSTANCES),
          idle: [],
          all: new Set(),
          waiting: [],
          running: 0,
        },
      ]),
    );
  }

  /** The function of this name, ARN or `name:$LATEST`; undefined when there is none. */
  find(reference: string): FunctionDefinition | undefined {
    const name = reference
      .replace(/^arn:aws:lambda:[^:]*:\d*:function:/, '')
      .replace(/^\d{12}:function:/, '')
      .replace(/:\$LATEST$/, '');
    return this.#pools.get(name)?.definition;
  }

  /** How many events of this function are handled at the same time at most. */
  concurrency(name: string): number {
    return this.#pool(name).limit;
  }

  /** Invokes a function and waits for its end. Rejects with {@link RuntimeStopped} when the edge closes meanwhile, with an {@link AwsError} when there is no such function. */
  async invoke(name: string, payload: string, requestId: string = randomUUID()): Promise<Outcome> {
    const pool = this.#pool(name);
    if (pool.limit === 0) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    const instance = await this.#acquire(pool);
    const outcome = await instance.invoke(requestId, payload);
    this.#release(pool, instance);
    if (this.#stopped) throw new RuntimeStopped();
    return outcome;
  }

  /** Waits until nothing runs, but no longer than this. */
  async drained(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    while ([...this.#pools.values()].some(({ running }) => running > 0) && performance.now() < deadline) await delay(5);
  }

  /** Ends every instance, in the middle of whatever it does. */
  async close(): Promise<void> {
    this.#stopped = true;
    for (const reject of this.#rejectWaiting) reject(new RuntimeStopped());
    const pools = [...this.#pools.values()];
    await Promise.all(pools.flatMap(({ all }) => [...all].map((instance) => instance.stop())));
    await Promise.all(pools.map(({ log }) => log.close()));
  }

  #pool(name: string): Pool {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    return pool;
  }

  async #acquire(pool: Pool): Promise<Instance> {
    if (this.#stopped) throw new RuntimeStopped();
    if (pool.running >= pool.limit) {
      return new Promise<Instance>((resolve, reject) => {
        this.#rejectWaiting.add(reject);
        pool.waiting.push((instance) => {
          this.#rejectWaiting.delete(reject);
          resolve(instance);
        });
      });
    }
    pool.running += 1;
    return this.#warm(pool);
  }

  #warm(pool: Pool): Instance {
    let instance = pool.idle.pop();
    while (instance?.dead === true) {
      pool.all.delete(instance);
      instance = pool.idle.pop();
    }
    if (instance !== undefined) return instance;
    const started = new Instance(pool.definition, this.#environment, pool.log);
    pool.all.add(started);
    return started;
  }

  #release(pool: Pool, instance: Instance): void {
    if (instance.dead) pool.all.delete(instance);
    else pool.idle.push(instance);
    const next = this.#stopped ? undefined : pool.waiting.shift();
    if (next === undefined) pool.running -= 1;
    else next(this.#warm(pool));
  }
}
