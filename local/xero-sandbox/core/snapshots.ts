import type { SandboxState } from './state.ts';
import type { Change } from './table.ts';

/** Named copies of the whole state, kept in memory. Rows are never altered in place, so a copy is only a list of them. */
export class Snapshots {
  readonly #kept = new Map<string, readonly Change[]>();

  names(): string[] {
    return [...this.#kept.keys()];
  }

  take(name: string, state: SandboxState): void {
    this.#kept.set(name, state.dump());
  }

  /** Puts the state back as it was; false when there is no snapshot of that name. */
  restore(name: string, state: SandboxState): boolean {
    const rows = this.#kept.get(name);
    if (rows === undefined) return false;
    state.clear();
    state.putAll(rows);
    return true;
  }
}
