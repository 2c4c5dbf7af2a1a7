import { customerScenes } from './changes-customers.ts';
import { moneyScenes } from './changes-money.ts';
import { compareRecords } from './compare.ts';
import { eventually } from './http.ts';
import type { DemoPlace, Scene } from './scene.ts';

/** A change that was played, and how long both sides took to agree on it. */
export interface Played {
  readonly what: string;
  readonly seconds: number;
}

const LONGEST_CHANGE_MS = 60_000;

/**
 * Plays changes one after the other, and waits each time until both sides hold what the policy says: contacts and customers edited on
 * either side and on both, a payment entered in Xero, an invoice edited in GES, a void on either side.
 */
export async function playChanges(place: DemoPlace, progress: (line: string) => void): Promise<readonly Played[]> {
  const agreeing = (await compareRecords(place.stack, place.accountId, place.tenantId)).filter(({ state }) => state === 'agrees');
  const played: Played[] = [];
  for (const scene of [...customerScenes(place, agreeing), ...moneyScenes(place, agreeing)]) {
    const started = performance.now();
    await scene.act();
    await eventually(`"${scene.what}"`, LONGEST_CHANGE_MS, async () => ((await isSettled(place, scene)) ? true : undefined));
    const seconds = (performance.now() - started) / 1000;
    played.push({ what: scene.what, seconds });
    progress(`${scene.what}: in step after ${seconds.toFixed(1)} s`);
  }
  return played;
}

async function isSettled(place: DemoPlace, scene: Scene): Promise<boolean> {
  if (!(await scene.holds())) return false;
  const all = await compareRecords(place.stack, place.accountId, place.tenantId);
  return all.every(({ state }) => state !== 'differs');
}
