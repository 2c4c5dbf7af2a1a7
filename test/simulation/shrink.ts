import type { Deed } from './histories/deed.ts';
import type { History } from './histories/generate.ts';
import type { Mutant } from './mutants/mutant.ts';
import { play } from './play.ts';

/** The shortest history that still fails, found by leaving deeds out: halves first, then singly, for at most `budgetMs` of real time. */
export async function shrink(history: History, mutant: Mutant | undefined, budgetMs: number, now: () => number): Promise<History> {
  const end = now() + budgetMs;
  let best = history;
  const fails = async (candidate: History): Promise<boolean> => (await play(candidate, mutant)).wrong.length > 0;
  for (
    let size = Math.ceil((history.setUp.length + history.deeds.length) / 2);
    size >= 1 && now() < end;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (const part of ['deeds', 'setUp'] as const) {
      for (let start = 0; start < best[part].length && now() < end;) {
        const left: readonly Deed[] = [...best[part].slice(0, start), ...best[part].slice(start + size)];
        const candidate = { ...best, [part]: left };
        if (await fails(candidate)) best = candidate;
        else start += size;
      }
    }
  }
  return best;
}
