import type { SimulatedWorld } from '../world/world.ts';
import { booksOf } from './books.ts';
import { judgeCounts, judgeOutcomes } from './told.ts';
import { judgeCustomers } from './customers.ts';
import { judgeMoney } from './money.ts';
import { judgeTokens } from './tokens.ts';

/** What is wrong with a world that has come to rest, in words. */
export async function judge(world: SimulatedWorld): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const account of world.accounts) {
    const books = await booksOf(world, account);
    if (books === undefined) continue;
    wrong.push(
      ...[...judgeCustomers(books), ...judgeMoney(books), ...judgeOutcomes(world, books), ...judgeCounts(books)].map(
        (what) => `${account.accountId}: ${what}`,
      ),
    );
  }
  wrong.push(...judgeTokens(world));
  for (const line of world.log.filter(({ level }) => level === 'error'))
    wrong.push(`error in the log: ${line.message} ${JSON.stringify(line.ids).slice(0, 300)}`);
  return wrong;
}
