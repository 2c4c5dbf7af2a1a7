import { MUTANTS } from './mutants.ts';
import { playAll } from './pool.ts';
import type { SeedTask } from './result.ts';

/** Where mutants are found soonest. */
const SEARCHED = ['storm', 'neighbours', 'busy', 'month-end', 'migration'];
const SEEDS_A_MUTANT = 10;

/** Plays seeds with each mutant until one finds it. Returns 1 where a mutant lives. */
export async function searchMutants(json: boolean): Promise<number> {
  const found: { mutant: string; profile: string; seed: number; wrong: string }[] = [];
  const alive: string[] = [];
  for (const { name } of MUTANTS) {
    const tasks: SeedTask[] = Array.from({ length: SEEDS_A_MUTANT }, (_, seed) => seed + 1).flatMap((seed) =>
      SEARCHED.map((profile) => ({ profile, seed, mutant: name })),
    );
    let isFound = false;
    await playAll(tasks, 2, ({ profile, seed, wrong }) => {
      if (wrong.length > 0 && !isFound) {
        isFound = true;
        found.push({ mutant: name, profile, seed, wrong: wrong[0] ?? '' });
        console.log(`✓ ${name}: ${profile} ${String(seed)}: ${wrong[0] ?? ''}`);
      }
      return isFound;
    });
    if (!isFound) {
      alive.push(name);
      console.log(`✗ ${name} lives`);
    }
  }
  if (json) console.log(JSON.stringify({ mutants: MUTANTS.length, found, alive }));
  return alive.length > 0 ? 1 : 0;
}
