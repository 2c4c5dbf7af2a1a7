import { parentPort } from 'node:worker_threads';
import { generate } from './histories/generate.ts';
import { profileNamed } from './histories/profiles.ts';
import { MUTANTS } from './mutants.ts';
import { playWithTwin } from './play.ts';
import type { SeedResult, SeedTask } from './result.ts';

/** Plays the seeds it is given, one after the other. */
parentPort?.on('message', (task: SeedTask) => {
  void playSeed(task).then((result) => parentPort?.postMessage(result));
});

async function playSeed({ profile, seed, mutant }: SeedTask): Promise<SeedResult> {
  const history = generate(profileNamed(profile), seed);
  const { wrong, calls, virtualMs } = await playWithTwin(
    history,
    MUTANTS.find(({ name }) => name === mutant),
  );
  return { profile, seed, mutant, wrong, records: history.records, calls, virtualMs };
}
