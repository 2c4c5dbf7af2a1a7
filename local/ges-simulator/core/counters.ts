import type { GesEvent } from './records.ts';

/** Calls and events since the last reset, for tests that ask how chatty the other side was. In memory only. */
export class Counters {
  #calls = new Map<string, number>();
  #events = new Map<string, number>();

  /** @param route method, path pattern and status, e.g. `PATCH /v1/accounts/{a}/customers/{id} 200` */
  call(route: string): void {
    this.#calls.set(route, (this.#calls.get(route) ?? 0) + 1);
  }

  event({ detailType, detail }: GesEvent): void {
    const name = `${detailType} ${detail.change} ${detail.origin}`;
    this.#events.set(name, (this.#events.get(name) ?? 0) + 1);
  }

  reset(): void {
    this.#calls = new Map();
    this.#events = new Map();
  }

  report(): {
    calls: { total: number; writes: number; byRoute: Record<string, number> };
    events: { total: number; byKind: Record<string, number> };
  } {
    const sum = (counts: Iterable<[string, number]>): number => [...counts].reduce((total, [, count]) => total + count, 0);
    const writes = [...this.#calls].filter(([route]) => /^(POST|PATCH|DELETE) \/v1\/.* 20\d$/.test(route));
    return {
      calls: { total: sum(this.#calls), writes: sum(writes), byRoute: Object.fromEntries(this.#calls) },
      events: { total: sum(this.#events), byKind: Object.fromEntries(this.#events) },
    };
  }
}
