/** What Xero's validation messages mean. The texts are as they are known of Xero, which gives no codes for them. */
export type RefusalCode =
  'name-taken' | 'contact-number-taken' | 'contact-archived' | 'number-taken' | 'period-locked' | 'plan-limit' | 'other';

const PATTERNS: readonly (readonly [RegExp, RefusalCode])[] = [
  [/contact name .* is already assigned to another contact/i, 'name-taken'],
  [/another contact has this contact number/i, 'contact-number-taken'],
  [/(invoice|credit note) # must be unique/i, 'number-taken'],
  [/before the (period|end of year) lock date/i, 'period-locked'],
  [/reached the limit of invoices you can approve/i, 'plan-limit'],
  [/matched an archived contact|archived contacts cannot/i, 'contact-archived'],
];

/** The first known meaning among the messages of one refused element. */
export function refusalCode(messages: readonly string[]): RefusalCode {
  for (const [pattern, code] of PATTERNS) if (messages.some((message) => pattern.test(message))) return code;
  return 'other';
}
