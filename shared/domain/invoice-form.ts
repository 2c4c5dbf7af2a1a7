import { forbiddenCharacters, lineTooLong, lineWithoutWords, numberTooLong } from './invoice-problems.ts';
import type { GesInvoice, Problem } from './records.ts';

/** What Xero would refuse for its form is known before anything is sent (C9a). Pure. */

const LONGEST_DESCRIPTION = 4_000;
const LONGEST_NUMBER = 255;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** A number or reference that Xero would not take. */
export function headerFormProblem({
  number = '',
  reference = '',
}: {
  readonly number?: string;
  readonly reference?: string;
}): Problem | undefined {
  if (number.length > LONGEST_NUMBER) return numberTooLong();
  if (CONTROL.test(number)) return forbiddenCharacters('its number');
  return CONTROL.test(reference) ? forbiddenCharacters('its reference') : undefined;
}

/** Words of lines that Xero would not take: one bad line makes it refuse the whole request. */
export function linesFormProblem(invoice: Pick<GesInvoice, 'lines'>): Problem | undefined {
  for (const [place, { description }] of invoice.lines.entries()) {
    if (description.trim() === '') return lineWithoutWords(place + 1);
    if (description.length > LONGEST_DESCRIPTION) return lineTooLong(place + 1);
    if (CONTROL.test(description)) return forbiddenCharacters(`line ${String(place + 1)}`);
  }
  return undefined;
}
