import type { Journal } from '../histories/journal.ts';
import type { Profile } from '../histories/profiles.ts';
import type { SimulatedWorld } from '../world/world.ts';
import { judgeAttention } from './attention.ts';
import { booksOf } from './books.ts';
import { judgeCustomers } from './customers.ts';
import { judgeDeletions, judgeEdits } from './edits.ts';
import { judgeMoney } from './money.ts';
import { judgeNeighbours, judgeStrangers, judgeTwins } from './neighbours.ts';
import { judgeDisconnects, judgeProgress } from './progress.ts';
import { judgeRuns } from './runs.ts';
import { judgeCounts, judgeOutcomes } from './told.ts';
import { judgeTokens } from './tokens.ts';
import type { Witness } from './witness.ts';

/** What is wrong with a world that has come to rest, in words. */
export async function judge(world: SimulatedWorld, journal: Journal, witness: Witness, profile: Profile): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const account of world.accounts) {
    const books = await booksOf(world, account);
    if (books === undefined) continue;
    const found = [
      ...judgeCustomers(books),
      ...judgeMoney(books),
      ...judgeStrangers(books, journal),
      ...(await judgeEdits(world, books, journal)),
      ...judgeDeletions(books, journal),
      ...judgeAttention(world, books, profile.tableRefuses),
      ...judgeOutcomes(world, books),
      ...judgeRuns(world, books),
      ...judgeCounts(books),
    ];
    wrong.push(...found.map((what) => `${account.accountId}: ${what}`));
  }
  wrong.push(...judgeTwins(world), ...judgeNeighbours(world), ...judgeTokens(world));
  wrong.push(...judgeProgress(world, witness));
  wrong.push(...judgeDisconnects(witness, (accountId, after) => journal.connectedAgainAt(accountId, after), profile.faults.freeze > 0));
  for (const line of world.log.filter(({ level, ids }) => level === 'error' && !isOf(profile.tableRefuses, ids)))
    wrong.push(`error in the log: ${line.message} ${JSON.stringify(line.ids).slice(0, 300)}`);
  return wrong;
}

/** The product says so in its log where the table refuses a record, and is right. */
function isOf(sortKey: string | undefined, ids: Readonly<Record<string, unknown>>): boolean {
  return sortKey !== undefined && sortKey.endsWith(`#${String(ids['gesId'])}`);
}
