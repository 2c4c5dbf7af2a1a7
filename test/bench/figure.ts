/** One measured figure. `limit` is the most that it may be; null where none is set. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number | null;
  readonly ok: boolean;
}

/** What is measured in one go; `names` are those of its figures. */
export interface Bench {
  readonly names: readonly string[];
  measure(): Promise<readonly Figure[]>;
}

export function figure(name: string, value: number, unit: string, limit: number | null = null): Figure {
  const rounded = Math.round(value * 1_000) / 1_000;
  return { name, value: rounded, unit, limit, ok: limit === null || rounded <= limit };
}

/** A figure of an end that was not reached: whatever its limit is, it is missed. */
export function missed(name: string, unit: string, limit: number | null, why: string): Figure {
  console.error(`${name}: ${why}`);
  return { name, value: -1, unit, limit, ok: false };
}
