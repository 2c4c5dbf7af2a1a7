import type { Deed } from './histories/deed.ts';
import type { History } from './histories/generate.ts';
import type { Mutant } from './mutants/mutant.ts';
import { playWithTwin } from './play.ts';
import type { Faults } from './world/faults.ts';
import { profileNamed } from './histories/profiles.ts';

/**
 * The shortest history that still fails, found within `budgetMs` of real time: deeds are left out, halves first, then singly; then each kind of fault
 * is. What fails must fail by the same rule as before: another fault found on the way is another history.
 */
export async function shrink(history: History, mutant: Mutant | undefined, budgetMs: number, now: () => number): Promise<History> {
  const end = now() + budgetMs;
  const rule = ruleOf((await playWithTwin(history, mutant)).wrong);
  const fails = async (candidate: History): Promise<boolean> => {
    const { wrong } = await playWithTwin(candidate, mutant);
    return wrong.some((what) => ruleOf([what]) === rule);
  };
  let best = await withFewerDeeds(history, fails, () => now() < end);
  const { faults } = profileNamed(history.profile);
  for (const kind of Object.keys(faults) as (keyof Faults)[]) {
    if (now() >= end) break;
    if ((best.faults ?? faults)[kind] === 0) continue;
    const candidate = { ...best, faults: { ...(best.faults ?? faults), [kind]: 0 } };
    if (await fails(candidate)) best = candidate;
  }
  return withFewerDeeds(best, fails, () => now() < end);
}

async function withFewerDeeds(history: History, fails: (candidate: History) => Promise<boolean>, hasTime: () => boolean): Promise<History> {
  let best = history;
  let size = Math.ceil(Math.max(history.setUp.length, history.deeds.length) / 2);
  for (; size >= 1 && hasTime(); size = size === 1 ? 0 : Math.ceil(size / 2))
    for (const part of ['deeds', 'setUp'] as const)
      for (let start = 0; start < best[part].length && hasTime();) {
        const left: readonly Deed[] = [...best[part].slice(0, start), ...best[part].slice(start + size)];
        const candidate = { ...best, [part]: left };
        if (await fails(candidate)) best = candidate;
        else start += size;
      }
  return best;
}

/** What is wrong without whom it concerns: "F2a", or the first words. */
function ruleOf([first = '']: readonly string[]): string {
  const words = first.replace(/^acct_\d+: /, '');
  return /^[A-H]\d+[a-z]?(?=:)/.exec(words)?.[0] ?? words.slice(0, 24);
}
