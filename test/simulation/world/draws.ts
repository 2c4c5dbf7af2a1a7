/**
 * Everything random of a simulated history. Each draw is a hash of the seed, of what is drawn and for whom, and of how often that was drawn
 * before: leaving one deed or one call out changes no draw that is about something else.
 */
export class Draws {
  private readonly seed: string;
  private readonly counts = new Map<string, number>();

  constructor(seed: string) {
    this.seed = seed;
  }

  /** A number in [0, 1). */
  share(what: string, whom = ''): number {
    const key = `${what}|${whom}`;
    const count = this.counts.get(key) ?? 0;
    this.counts.set(key, count + 1);
    return hashed(`${this.seed}|${key}|${String(count)}`);
  }

  /** True with this probability. */
  happens(probability: number, what: string, whom = ''): boolean {
    return probability > 0 && this.share(what, whom) < probability;
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number, what: string, whom = ''): number {
    return from + Math.floor(this.share(what, whom) * (to - from + 1));
  }

  /** One of a list: for each candidate a hash of its own, so that another candidate more or less changes the choice only where it is the one. */
  oneOf<T>(list: readonly T[], idOf: (item: T) => string, what: string): T | undefined {
    let best: T | undefined;
    let highest = -1;
    for (const item of list) {
      const value = hashed(`${this.seed}|${what}|${idOf(item)}`);
      if (value > highest) [best, highest] = [item, value];
    }
    return best;
  }
}

/** A text as a number in [0, 1): two rounds of a 53-bit mix. The same on every machine. */
export function hashed(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & b) + (a >>> 0)) / 9_007_199_254_740_992;
}
