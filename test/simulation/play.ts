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
import { NO_FAULTS } from './world/faults.ts';
import { SimulatedWorld } from './world/world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Waits of a day (D5) are no unrest. */
const SOON_MS = 30 * MINUTE_MS;
const QUIET_MS = 45 * MINUTE_MS;

export interface Played {
  /** What is wrong at the end, in words; empty: nothing. */
  readonly wrong: readonly string[];
  /** Who did what, when. */
  readonly trace: readonly string[];
  readonly calls: number;
  readonly virtualMs: number;
  readonly world: SimulatedWorld;
}

/**
 * A history under a limit, and its twin without one: waiting costs no calls. Played only where nothing goes wrong, for then the calls of both are
 * for the same things.
 */
export async function playWithTwin(history: History, mutant?: Mutant): Promise<Played> {
  const played = await play(history, mutant);
  const { faults } = profileNamed(history.profile);
  if (history.minuteLimit === undefined || faults !== NO_FAULTS || played.wrong.length > 0) return played;
  const twin = await play({ ...history, minuteLimit: undefined }, mutant);
  const most = Math.ceil(twin.calls * 1.2 + 20);
  if (played.calls <= most) return played;
  const wrong = `F2a: ${String(played.calls)} calls under the limit, ${String(twin.calls)} without; ${String(most)} are allowed`;
  return { ...played, wrong: [wrong] };
}

/** Plays one history to its end: the business is set up, people do what they do, faults stop, the world comes to rest, and the books are judged. */
export async function play(history: History, mutant?: Mutant): Promise<Played> {
  const profile = profileNamed(history.profile);
  const journal = new Journal();
  const witness = new Witness(() => world.scheduler.now);
  const world: SimulatedWorld = new SimulatedWorld({
    seed: `${history.profile} ${String(history.seed)}`,
    accounts: profile.accounts,
    faults: history.faults ?? profile.faults,
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
  let wrong: string[];
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
    wrong = await comeToRest(world, history, witness);
    if (wrong.length === 0) wrong = [...(await judge(world, journal, witness, profile)), ...(await judgeQuiet(world, witness))];
  } catch (error) {
    wrong = [`the world broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
  return { wrong, trace, calls: world.xero.calls.length, virtualMs: world.scheduler.now - begun, world };
}

/**
 * F2a: rest comes within the time that the limits dictate plus an hour. A record that waits for another, which waits for a person, is looked at
 * again and again for ever; that is no unrest while it costs no call.
 */
async function comeToRest(world: SimulatedWorld, history: History, witness: Witness): Promise<string[]> {
  const limit = history.minuteLimit ?? 60;
  const most = ((history.records + history.deeds.length) * 3 + 40) / limit;
  const end = world.scheduler.now + most * MINUTE_MS + 2 * HOUR_MS;
  const spent = (): number => world.xero.calls.length + witness.gesWrites.length;
  let [before, since] = [spent(), world.scheduler.now];
  while (world.scheduler.now < end) {
    await world.pass(MINUTE_MS);
    if (spent() > before) [before, since] = [spent(), world.scheduler.now];
    const isQuiet = world.scheduler.now - since > QUIET_MS && world.isAtRest(-Infinity);
    if (isQuiet || world.isAtRest(SOON_MS)) return [];
  }
  return [`F2a: not at rest after ${String(Math.round(most))} minutes of calls and two hours`];
}
