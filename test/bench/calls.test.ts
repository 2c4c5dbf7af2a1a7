import { describe, expect, it } from '@jest/globals';
import { CALL_BENCHES } from './calls.ts';

/** Those that take seconds each; `npm run bench` has them all. */
const SLOW = 'calls.new-500-among-60000-contacts';

describe('calls to Xero', () => {
  it.each(CALL_BENCHES.filter(({ names }) => !names.includes(SLOW)).map((bench) => [bench.names.join(', '), bench] as const))(
    'stay within their limit: %s',
    async (_names, bench) => {
      const figures = await bench.measure();
      expect(figures.filter(({ ok }) => !ok)).toEqual([]);
      expect(figures.map(({ name }) => name)).toEqual(bench.names);
    },
  );
});
