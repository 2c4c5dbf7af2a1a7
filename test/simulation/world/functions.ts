import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import { Process } from './process.ts';
import type { Product } from './product.ts';
import type { Scheduler } from './scheduler.ts';

/** Time-outs, ms. */
export const TIME_OUT_MS = { ingress: 10_000, webhook: 5_000, lane: 300_000, other: 60_000 } as const;
/** Share of invocations that find an instance ready, with all that it holds in memory; the others start a new one. */
const WARM_SHARE = 0.8;

/** What an invocation does with the product of its instance. */
export type Work = (product: Product, process: Process) => Promise<unknown>;

interface Instance {
  readonly process: Process;
  readonly product: Product;
}

export interface FunctionsOptions {
  readonly scheduler: Scheduler;
  readonly draws: Draws;
  /** Our clock against the world's, ms. */
  readonly skewMs: number;
  readonly faults: () => Faults;
  /** Puts the product together for a new instance. */
  readonly wire: (process: Process) => Product;
  readonly onFailure: (process: string, failure: unknown) => void;
}

/** The functions of the stack: their instances, which invocations come to, one at a time each. */
export class Functions {
  private readonly options: FunctionsOptions;
  private readonly ready = new Map<string, Instance[]>();
  private readonly invocations = new Map<string, number>();

  constructor(options: FunctionsOptions) {
    this.options = options;
  }

  /**
   * Starts an invocation of the function `name`, named after its `cause` and, where the same cause comes again, a count. `onEnd` is told once,
   * with the failure where it threw, was killed or timed out.
   */
  start(name: string, cause: string, timeOutMs: number, work: Work, onEnd: (failure?: unknown) => void): void {
    const { scheduler, draws, faults } = this.options;
    const invocation = this.named(`${name}.${cause}`);
    const instance = this.instance(name, draws.happens(WARM_SHARE, 'warm', invocation));
    const { process, product } = instance;
    process.begin(invocation, timeOutMs, faults());
    let hasEnded = false;
    const end = (failure?: unknown): void => {
      if (hasEnded) return;
      hasEnded = true;
      callOff();
      if (process.isAlive) {
        process.end();
        this.ready.get(name)?.push(instance);
      } else process.kill();
      onEnd(failure);
    };
    const callOff = scheduler.after(timeOutMs, () => end(new Error(`${invocation} was killed or timed out`)));
    void work(product, process).then(
      () => end(),
      (failure: unknown) => {
        this.options.onFailure(invocation, failure);
        end(failure ?? new Error('failed'));
      },
    );
  }

  private named(cause: string): string {
    const count = (this.invocations.get(cause) ?? 0) + 1;
    this.invocations.set(cause, count);
    return count === 1 ? cause : `${cause}~${String(count)}`;
  }

  private instance(name: string, isWarm: boolean): Instance {
    const ready = this.ready.get(name) ?? [];
    this.ready.set(name, ready);
    const found = isWarm ? ready.pop() : undefined;
    if (found !== undefined) return found;
    const { skewMs, scheduler, draws, wire } = this.options;
    const process = new Process(skewMs, scheduler, draws);
    return { process, product: wire(process) };
  }
}
