import { describe, expect, it } from '@jest/globals';
import { COST_BENCHES } from './cost.ts';

describe('round trips to the table', () => {
  it.each(COST_BENCHES.map((bench) => [bench.names.join(', '), bench] as const))('stay within their limit: %s', async (_names, bench) => {
    expect((await bench.measure()).filter(({ ok }) => !ok)).toEqual([]);
  });
});
