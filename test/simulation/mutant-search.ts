import { KEPT, verdictOf } from './kept.ts';
import { MUTANTS } from './mutants.ts';
import { playAll } from './pool.ts';
import type { SeedResult, SeedTask } from './result.ts';

/** Where mutants are found soonest. */
const SEARCHED = ['storm', 'neighbours', 'busy', 'month-end', 'migration'];
const SEEDS_A_MUTANT = 10;
const WORKERS = 2;

/** A mutant that was found: where, and what the oracle said. */
export interface Kill {
  readonly mutant: string;
  readonly profile: string;
  readonly seed: number;
  readonly wrong: string;
}

/**
 * Plays seeds with each mutant until one finds it. A seed that fails without a mutant finds none. Prints a table for docs/simulation.md. Returns 1
 * where a mutant lives.
 */
export async function searchMutants(json: boolean): Promise<number> {
  const seeds = Array.from({ length: SEEDS_A_MUTANT }, (_, seed) => seed + 1).flatMap((seed) =>
    SEARCHED.map((profile) => ({ profile, seed })),
  );
  const sound: SeedTask[] = [];
  await playAll(seeds, WORKERS, ({ profile, seed, wrong }) => {
    if (wrong.length === 0) sound.push({ profile, seed });
    return false;
  });
  sound.sort((a, b) => a.seed - b.seed || SEARCHED.indexOf(a.profile) - SEARCHED.indexOf(b.profile));
  const found: Kill[] = [];
  const alive: string[] = [];
  for (const { name } of MUTANTS) {
    const known = KEPT.kills.filter(({ mutant }) => mutant === name);
    const kill = await firstKill(name, [...known, ...sound]);
    if (kill === undefined) alive.push(name);
    else found.push(kill);
  }
  console.log('| mutant | found by | what the oracle says |\n| --- | --- | --- |');
  for (const { mutant, profile, seed, wrong } of found) console.log(`| ${mutant} | ${profile} ${String(seed)} | ${wrong.slice(0, 140)} |`);
  for (const name of alive) console.log(`| ${name} | lives | |`);
  if (json) console.log(JSON.stringify({ mutants: MUTANTS.length, found, alive }));
  return alive.length > 0 ? 1 : 0;
}

async function firstKill(mutant: string, seeds: readonly SeedTask[]): Promise<Kill | undefined> {
  let kill: Kill | undefined;
  await playAll(
    seeds.map(({ profile, seed }) => ({ profile, seed, mutant })),
    WORKERS,
    (result) => {
      if (kill === undefined && isFound(result))
        kill = { mutant, profile: result.profile, seed: result.seed, wrong: result.wrong[0] ?? '' };
      return kill !== undefined;
    },
  );
  console.error(
    kill === undefined ? `✗ ${mutant} lives` : `✓ ${mutant}: ${kill.profile} ${String(kill.seed)}: ${kill.wrong.slice(0, 160)}`,
  );
  return kill;
}

/** What is known to be wrong without a mutant does not count. */
function isFound(result: SeedResult): boolean {
  return verdictOf(result) === 'failed';
}

/** Plays the seeds that are known to find a mutant; the mutants that they find no more. */
export async function replayKills(): Promise<readonly string[]> {
  const lost: string[] = [];
  await playAll(KEPT.kills, WORKERS, (result) => {
    if (!isFound(result)) lost.push(`${result.mutant ?? ''} is not found by ${result.profile} ${String(result.seed)} any more`);
    return false;
  });
  return lost;
}
