/** Something of a value that is not in its copy. */
export interface Loss {
  /** Path, list positions as `[]`. */
  at: string;
  detail: string;
}

/** What a copy lacks of the original: absent keys, shorter lists, other values. Dates compare by their instant, in whichever form. */
export function losses(before: unknown, after: unknown, at = ''): Loss[] {
  if (Array.isArray(before)) {
    const items = before as unknown[];
    if (!Array.isArray(after) || after.length !== items.length) return [{ at, detail: 'the list is not the same length' }];
    return items.flatMap((item, i) => losses(item, (after as unknown[])[i], `${at}/[]`));
  }
  if (typeof before === 'object' && before !== null) {
    const copy = (after ?? {}) as Record<string, unknown>;
    return Object.entries(before).flatMap(([key, value]) => losses(value, copy[key], `${at}/${key}`));
  }
  const same = before === after || (instantOf(before) !== undefined && instantOf(before) === instantOf(after));
  return same ? [] : [{ at, detail: `${JSON.stringify(before)} became ${JSON.stringify(after) ?? 'nothing'}` }];
}

/** Epoch ms of a Date, of `/Date(ms+0000)/`, or of an ISO date-time (UTC when it names no zone). */
function instantOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') return undefined;
  const ms = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(value)?.[1];
  if (ms !== undefined) return Number(ms);
  const iso = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)\d*(Z?)$/.exec(value)?.[1];
  return iso === undefined ? undefined : Date.parse(`${iso}Z`);
}
