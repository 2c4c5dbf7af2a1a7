import { createHash } from 'node:crypto';

/** Numbers from 0 to below 1 that look random and are the same again for the same seed. */
export function seededShares(seed: string): () => number {
  let drawn = 0;
  return () => {
    const digest = createHash('sha256').update(`${seed}:${drawn++}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
}
