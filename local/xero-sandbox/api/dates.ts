/** `/Date(1552262400000+0000)/`, the way Xero writes instants and document dates. */
export function xeroDate(ms: number): string {
  return `/Date(${String(ms)}+0000)/`;
}

/** `2019-03-11T00:00:00`, the DateString form of a document date. */
export function dateString(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** Epoch ms of the UTC midnight of the day. */
export function startOfDay(ms: number): number {
  return Math.floor(ms / 86_400_000) * 86_400_000;
}

/** A document date from `YYYY-MM-DD`, an ISO date-time or `/Date(ms+zzzz)/`, as UTC midnight; undefined when it is none of them. */
export function parseDocumentDate(text: string): number | undefined {
  const slash = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text);
  if (slash?.[1] !== undefined) return withinYears(startOfDay(Number(slash[1])));
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ])/.exec(text);
  if (iso === null) return undefined;
  const [year, month, day] = [Number(iso[1]), Number(iso[2]), Number(iso[3])];
  const ms = Date.UTC(year, month - 1, day);
  return year >= 100 && new Date(ms).getUTCDate() === day && new Date(ms).getUTCMonth() === month - 1 ? ms : undefined;
}

/** The instant while it lies in the years 100 to 9999, which four digits can write; undefined otherwise. */
function withinYears(ms: number): number | undefined {
  return ms >= Date.UTC(100, 0, 1) && ms < Date.UTC(10_000, 0, 1) ? ms : undefined;
}

/** If-Modified-Since as UTC: `yyyy-mm-ddThh:mm:ss` with or without fraction and Z, or an HTTP date. */
export function parseModifiedSince(text: string): number | undefined {
  const [, day, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(?:Z|\+00:?00)?$/.exec(text.trim()) ?? [];
  const ms = Date.parse(day === undefined ? text : `${day}T${time}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
