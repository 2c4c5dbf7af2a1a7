import { describe, expect, it } from '@jest/globals';
import { sharedRead } from '../../../shared/sync/concurrency.ts';

describe('a shared read', () => {
  it('answers all who ask while an earlier one is under way at once, with what was read after they asked', async () => {
    const ends: ((value: number) => void)[] = [];
    const read = sharedRead(() => new Promise<number>((resolve) => ends.push(resolve)));
    const first = read();
    await Promise.resolve();
    const [second, third] = [read(), read()];
    expect(ends).toHaveLength(1);
    ends[0]?.(1);
    expect(await first).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ends).toHaveLength(2);
    ends[1]?.(2);
    expect(await Promise.all([second, third])).toEqual([2, 2]);
  });

  it('that fails fails for those who asked for it, and for nobody after them', async () => {
    let reads = 0;
    const read = sharedRead(async () => {
      if (++reads === 1) throw new Error('throttled');
      return reads;
    });
    await expect(read()).rejects.toThrow('throttled');
    expect(await read()).toBe(2);
  });
});
