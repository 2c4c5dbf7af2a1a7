import { dateString, parseDocumentDate, xeroDate } from './dates.ts';
import type { Element } from './fields.ts';

const DATES = ['Date', 'DueDate', 'ExpectedPaymentDate', 'PlannedPaymentDate'];
const WITH_STRING = ['Date', 'DueDate'];

/** A refused element as Xero echoes it: what was sent, with its dates in Xero's own form. */
export function echoed(element: Element): Record<string, unknown> {
  const echo: Record<string, unknown> = { ...element };
  for (const name of DATES) {
    const sent = element[name];
    const date = typeof sent === 'string' ? parseDocumentDate(sent) : undefined;
    if (date === undefined) continue;
    echo[name] = xeroDate(date);
    if (WITH_STRING.includes(name)) echo[`${name}String`] = dateString(date);
  }
  return echo;
}
