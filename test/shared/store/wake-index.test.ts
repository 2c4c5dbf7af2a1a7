import { describe, expect, it } from '@jest/globals';
import { WAKE_SHARDS } from '../../../shared/store/keys.ts';
import { createLaneStore } from '../../../shared/store/lane-store.ts';
import { oldestDue } from '../../../shared/store/wake-index.ts';
import { createFakeClock, createFakeIds } from '../../support/fake-clock.ts';
import { createMemoryTable } from '../../support/memory-table/memory-table.ts';
import { TABLE_DEFINITION } from '../../support/table-definition.ts';

const NOW = 1_700_000_000_000;

describe('the oldest wake-up that has passed', () => {
  it('is found over all shards; one that is still to come does not count', async () => {
    const table = {
      ...createMemoryTable({ definition: TABLE_DEFINITION, now: () => NOW }),
      ids: createFakeIds(),
      clock: createFakeClock(),
    };
    const lanes = createLaneStore(table);
    expect(await oldestDue(table, WAKE_SHARDS, NOW)).toBeUndefined();
    await lanes.ring('acct_later', NOW + 1);
    expect(await oldestDue(table, WAKE_SHARDS, NOW)).toBeUndefined();
    for (let n = 1; n <= 50; n += 1) await lanes.ring(`acct_${String(n)}`, NOW - n * 1_000);
    expect(await oldestDue(table, WAKE_SHARDS, NOW)).toBe(NOW - 50_000);
  });
});
