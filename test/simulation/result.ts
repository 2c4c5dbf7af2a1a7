/** What became of one seed. */
export interface SeedResult {
  readonly profile: string;
  readonly seed: number;
  readonly mutant?: string | undefined;
  readonly wrong: readonly string[];
  readonly records: number;
  readonly calls: number;
  readonly virtualMs: number;
}
/** What a worker is asked for. */
export interface SeedTask {
  readonly profile: string;
  readonly seed: number;
  readonly mutant?: string;
}
