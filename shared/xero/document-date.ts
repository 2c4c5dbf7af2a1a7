/**
 * The day of a document, `YYYY-MM-DD`. Document dates are UTC midnights, and Date objects where xero-node's types say string.
 * Undefined when there is none.
 */
export function documentDate(value: unknown): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString().slice(0, 10);
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? value.slice(0, 10) : undefined;
}
