import { parseArgs } from 'node:util';
import { generate } from './histories/generate.ts';
import { PROFILES, profileNamed } from './histories/profiles.ts';
import { faultOf, KEPT, verdictOf } from './kept.ts';
import { playWithTwin } from './play.ts';
import { playAll } from './pool.ts';
import type { SeedResult, SeedTask } from './result.ts';
import { replayKills, searchMutants } from './mutant-search.ts';
import { shrink } from './shrink.ts';

const USAGE = `Plays whole histories of GES, Xero and the sync between them, in virtual time.

  npm run simulate -- [--seeds N] [--seed S] [--from A --to B] [--profile NAME] [--mutants] [--json]

  --seeds N        play N seeds over all profiles, and the kept ones (default 70)
  --seed S         play one seed, and tell what happened; with --profile
  --from A --to B  play the seeds from A to B, both included
  --profile NAME   ${PROFILES.map(({ name }) => name).join(', ')} (default all)
  --mutants        play variants that are broken on purpose until a seed finds each
  --kills          play the seeds that are known to find mutants, too
  --json           the last line is one JSON object
  --help           this text

Exit 1 when a history ends wrong; the line names its profile and seed.`;

const WORKERS = 2;
const SHRINK_MS = 60_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    profile: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    kills: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else if (values.mutants) process.exitCode = await searchMutants(values.json);
else if (values.seed !== undefined) process.exitCode = await tellSeed(values.profile ?? 'busy', whole('seed', values.seed));
else process.exitCode = await playMany();

function whole(name: string, text: string): number {
  if (!/^\d+$/.test(text)) {
    console.error(`--${name} must be a whole number, not "${text}".`);
    process.exit(2);
  }
  return Number(text);
}

/** One seed in full: what happened, what is wrong, and the shortest history that is still wrong. */
async function tellSeed(name: string, seed: number): Promise<number> {
  const history = generate(profileNamed(name), seed);
  const { wrong, trace } = await playWithTwin(history);
  if (wrong.length === 0) {
    console.log(`${name} ${String(seed)}: nothing is wrong (${String(history.deeds.length)} deeds, ${String(history.records)} records)`);
    return 0;
  }
  console.log(`${name} ${String(seed)} ends wrong; looking for the shortest history that still does, for up to a minute`);
  const shortest = await shrink(history, undefined, SHRINK_MS, () => Date.now());
  const again = await playWithTwin(shortest);
  for (const line of again.wrong.length > 0 ? again.trace : trace) console.log(`  ${line}`);
  for (const what of again.wrong.length > 0 ? again.wrong : wrong) console.log(`✗ ${what}`);
  if (process.env['SIMULATE_LOG'] === '1')
    for (const { at, level, message, ids } of again.world.log)
      console.log(`${new Date(at).toISOString().slice(11, 23)} ${level} ${message} ${JSON.stringify(ids)}`);
  return 1;
}

async function playMany(): Promise<number> {
  const begun = Date.now();
  const names = values.profile === undefined ? PROFILES.map(({ name }) => name) : [profileNamed(values.profile).name];
  const from = whole('from', values.from ?? '1');
  const count =
    values.to !== undefined ? whole('to', values.to) - from + 1 : Math.ceil(whole('seeds', values.seeds ?? '70') / names.length);
  const seeds = Array.from({ length: count }, (_, place) => from + place);
  const tasks: SeedTask[] = seeds.flatMap((seed) => names.map((profile) => ({ profile, seed })));
  const replayed =
    values.from === undefined ? KEPT.seeds.filter(({ profile }) => values.profile === undefined || names.includes(profile)) : [];
  tasks.unshift(...replayed.map(({ profile, seed }) => ({ profile, seed })));
  const failed: SeedResult[] = [];
  const known: SeedResult[] = [];
  const healed: string[] = [];
  let histories = 0;
  let records = 0;
  let virtualMs = 0;
  await playAll(tasks, WORKERS, (result) => {
    histories++;
    records += result.records;
    virtualMs += result.virtualMs;
    const { profile, seed, wrong } = result;
    const verdict = verdictOf(result);
    if (verdict === 'failed') failed.push(result);
    if (verdict === 'known') known.push(result);
    if (verdict === 'healed') healed.push(`${profile} ${String(seed)}`);
    if (wrong.length > 0) console.log(`✗ ${profile} ${String(seed)}${verdict === 'known' ? ' (known)' : ''}: ${first(wrong)}`);
    if (histories % 50 === 0)
      console.log(
        `${String(histories)} of ${String(tasks.length)} histories, ${String(failed.length)} failed, ${String(Math.round((Date.now() - begun) / 1000))} s`,
      );
    return false;
  });
  const lost = values.kills ? await replayKills() : [];
  for (const one of lost) console.log(`✗ ${one}`);
  for (const one of healed) console.log(`${one} is listed as known and is right now: take it off the list`);
  const virtualDays = Math.round(virtualMs / 8_640_000) / 10;
  const summary = {
    seeds: tasks.length - replayed.length,
    histories,
    records,
    virtualDays,
    failed: failed.map(({ profile, seed, wrong }) => ({ profile, seed, wrong })),
    known: known.map(({ profile, seed }) => ({ profile, seed })),
    healed,
    lost,
  };
  const failures = failed.length + healed.length + lost.length;
  if (values.json) console.log(JSON.stringify(summary));
  else console.log(`${String(histories + (values.kills ? KEPT.kills.length : 0) - failures)} passed, ${String(failures)} failed`);
  return failures > 0 ? 1 : 0;
}

/** The first thing that is wrong and not known, else the first. */
function first(wrong: readonly string[]): string {
  return wrong.find((what) => faultOf(what) === undefined) ?? wrong[0] ?? '';
}
