import { dateString, parseDocumentDate, xeroDate } from './dates.ts';
import { isElement, type Element } from './fields.ts';

const DATES = ['Date', 'DueDate', 'ExpectedPaymentDate', 'PlannedPaymentDate'];
const WITH_STRING = ['Date', 'DueDate'];

/**
 * A refused element as Xero echoes it: what was sent, with its dates in Xero's own form, those of its payments too. Documents carry their
 * dates a second time as text, payments do not.
 */
export function echoed(element: Element, hasStrings = true): Record<string, unknown> {
  const echo: Record<string, unknown> = { ...element };
  for (const name of DATES) {
    const sent = element[name];
    const date = typeof sent === 'string' ? parseDocumentDate(sent) : undefined;
    if (date === undefined) continue;
    echo[name] = xeroDate(date);
    if (hasStrings && WITH_STRING.includes(name)) echo[`${name}String`] = dateString(date);
  }
  if (Array.isArray(element.Payments)) {
    echo.Payments = (element.Payments as unknown[]).map((payment) => (isElement(payment) ? echoed(payment, false) : payment));
  }
  return echo;
}
