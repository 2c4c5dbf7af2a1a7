import type { Deed } from './histories/deed.ts';
import type { History } from './histories/generate.ts';
import { refusing } from './histories/trouble.ts';
import { perform } from './histories/perform.ts';
import { profileNamed } from './histories/profiles.ts';
import { Journal } from './histories/journal.ts';
import { judge } from './oracle/judge.ts';
import { judgeQuiet } from './oracle/quiet.ts';
import { Witness } from './oracle/witness.ts';
import type { Mutant } from './mutants/mutant.ts';
import { SimulatedWorld } from './world/world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Waits of a day (D5) are no unrest. */
const SOON_MS = 30 * MINUTE_MS;

export interface Played {
  /** What is wrong at the end, in words; empty: nothing. */
  readonly wrong: readonly string[];
  /** Who did what, when. */
  readonly trace: readonly string[];
  readonly calls: number;
  readonly virtualMs: number;
  readonly world: SimulatedWorld;
}

/** Plays one history to its end: the business is set up, people do what they do, faults stop, the world comes to rest, and the books are judged. */
export async function play(history: History, mutant?: Mutant): Promise<Played> {
  const profile = profileNamed(history.profile);
  const journal = new Journal();
  const witness = new Witness(() => world.scheduler.now);
  const world: SimulatedWorld = new SimulatedWorld({
    seed: `${history.profile} ${String(history.seed)}`,
    accounts: profile.accounts,
    faults: profile.faults,
    minuteLimit: history.minuteLimit,
    mutate: mutant?.mutate,
    surround: (around, process) => {
      const troubled = profile.tableRefuses === undefined ? around : refusing(around, profile.tableRefuses);
      const witnessed = witness.surround(troubled, process);
      return mutant?.surround?.(witnessed, process) ?? witnessed;
    },
  });
  const trace: string[] = [];
  const begun = world.scheduler.now;
  const tell = (what: string): void => void trace.push(`${new Date(world.scheduler.now).toISOString().slice(11, 23)} ${what}`);
  const doAll = async (deeds: readonly Deed[], from: number): Promise<void> => {
    for (const deed of deeds) {
      const wait = from + deed.at - world.scheduler.now;
      if (wait > 0) await world.pass(wait);
      tell(await perform(world, history, deed, journal));
    }
  };
  let wrong: string[] = [];
  try {
    if (profile.migrates !== true) await world.begin();
    await doAll(history.setUp, world.scheduler.now);
    if (profile.migrates === true) {
      await world.pass(10_000);
      await world.begin();
      for (const account of world.accounts) await world.startRun(account);
      tell('connected; a bulk run brings the business over');
    }
    await doAll(history.deeds, world.scheduler.now + 30_000);
    world.endFaults();
    tell('no more faults');
    wrong = await comeToRest(world, history);
    if (wrong.length === 0) wrong = [...(await judge(world, journal, witness, profile)), ...(await judgeQuiet(world, witness))];
  } catch (error) {
    wrong = [`the world broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
  return { wrong, trace, calls: world.xero.calls.length, virtualMs: world.scheduler.now - begun, world };
}

/** F2a: rest comes within the time that the limits dictate plus an hour. */
async function comeToRest(world: SimulatedWorld, history: History): Promise<string[]> {
  const limit = history.minuteLimit ?? 60;
  const most = ((history.records + history.deeds.length) * 3 + 40) / limit;
  const end = world.scheduler.now + most * MINUTE_MS + 2 * HOUR_MS;
  while (world.scheduler.now < end) {
    await world.pass(MINUTE_MS);
    if (world.isAtRest(SOON_MS)) return [];
  }
  return [`F2a: not at rest after ${String(Math.round(most))} minutes of calls and two hours`];
}
