/** Time-outs of calls, in virtual time: nothing aborts by itself, but whoever carries a request looks up how long its answer may take. */

const limits = new WeakMap<AbortSignal, number>();
const signals = new Map<number, AbortSignal>();

/** What stands for `AbortSignal.timeout(ms)`. */
export function timeLimit(ms: number): AbortSignal {
  const signal = signals.get(ms) ?? new AbortController().signal;
  signals.set(ms, signal);
  limits.set(signal, ms);
  return signal;
}

/** Ms until the caller gives up; without a time-out it never does. */
export function limitOf(signal: AbortSignal | null | undefined): number {
  return (signal ? limits.get(signal) : undefined) ?? Infinity;
}
