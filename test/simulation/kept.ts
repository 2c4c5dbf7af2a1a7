import { readFileSync } from 'node:fs';
import type { SeedResult } from './result.ts';

/** A seed that once failed: it is played in every run. */
export interface KeptSeed {
  readonly profile: string;
  readonly seed: number;
  /** Why it failed, in a sentence. */
  readonly cause: string;
  /** It still fails. */
  readonly known?: true;
}
/** A fault that shows in many histories, and is not mended yet. */
export interface KnownFault {
  /** What is said where it shows, or a part of it. */
  readonly says: string;
  readonly cause: string;
}

interface KeptFile {
  readonly seeds: readonly KeptSeed[];
  readonly known: readonly KnownFault[];
  /** Seeds that find mutants: the name of each with its profile and seed. */
  readonly kills: readonly { readonly mutant: string; readonly profile: string; readonly seed: number }[];
}

export const KEPT = JSON.parse(readFileSync(new URL('./kept.json', import.meta.url), 'utf8')) as KeptFile;

/** `right`, `failed`, `known` (it fails, and is listed), or `healed`: it is listed, and is right by now. */
export type Verdict = 'right' | 'failed' | 'known' | 'healed';

export function verdictOf({ profile, seed, wrong }: SeedResult): Verdict {
  const isListed = KEPT.seeds.some((kept) => kept.known === true && kept.profile === profile && kept.seed === seed);
  if (wrong.length === 0) return isListed ? 'healed' : 'right';
  return isListed || wrong.every((what) => faultOf(what) !== undefined) ? 'known' : 'failed';
}

/** The known fault that a sentence of the oracle tells of. */
export function faultOf(what: string): KnownFault | undefined {
  return KEPT.known.find(({ says }) => what.includes(says));
}
