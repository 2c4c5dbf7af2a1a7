interface Timer {
  readonly at: number;
  readonly order: number;
  /** Undefined once it is called off. */
  run: (() => void) | undefined;
}

/** Virtual time: it moves to the next timer once nothing is left to run. */
export class Scheduler {
  /** Epoch ms. */
  now: number;
  private readonly heap: Timer[] = [];
  private order = 0;
  private failure: Error | undefined;

  constructor(start: number) {
    this.now = start;
  }

  /** Runs `task` after `ms`, unless it is called off by what this returns. */
  after(ms: number, task: () => void): () => void {
    const timer: Timer = { at: this.now + Math.max(0, ms), order: this.order++, run: task };
    this.push(timer);
    return () => void (timer.run = undefined);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Something of the world itself broke: the history ends with it. */
  fail(failure: Error): void {
    this.failure ??= failure;
  }

  /** Lets time pass until `until` (epoch ms), or until `isDone` says so after an event. */
  async run(until: number, isDone: () => boolean = () => false): Promise<void> {
    await settled();
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      const next = this.heap[0];
      if (next === undefined || next.at > until || isDone()) break;
      this.pop();
      if (next.run === undefined) continue;
      this.now = Math.max(this.now, next.at);
      next.run();
      await settled();
    }
    if (!isDone()) this.now = Math.max(this.now, until);
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Timer;
      if (!isBefore(timer, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = timer;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[place] = heap[child] as Timer;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}

/** Every promise that can go on has gone on: nothing in a simulated world waits for anything but promises and timers of the scheduler. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
