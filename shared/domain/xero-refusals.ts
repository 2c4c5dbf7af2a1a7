/**
 * What Xero's validation messages mean: the one table of its texts. Xero gives no codes for them and words them anew from time to time, so the
 * patterns hold on to what several sources agree on and leave open what varies.
 */
export type RefusalCode =
  | 'name-taken'
  | 'contact-number-taken'
  | 'contact-archived'
  | 'number-taken'
  | 'account-missing'
  | 'tax-rate-missing'
  | 'payment-account'
  | 'period-locked'
  | 'plan-limit'
  | 'negative-total'
  /** The document has another status, or money on it, than we knew of. */
  | 'document-changed'
  | 'email'
  | 'payment-in-batch'
  | 'payment-reconciled'
  | 'other';

/** In order: the first that fits counts. Group 1, where there is one, is what the text names. */
const TEXTS: readonly (readonly [RegExp, RefusalCode])[] = [
  [/contact name .* is already assigned to another contact|name must be unique across all active contacts/i, 'name-taken'],
  [/another contact has this contact number|contact number .*already (exists|used|in use)/i, 'contact-number-taken'],
  [/contact.* (has been|is|was) archived|archived contact|must be un-?archived/i, 'contact-archived'],
  [/(invoice|credit note)( #| number|\b.* number).* (must be unique|already (exists|used|in use)|is not unique)/i, 'number-taken'],
  [/(period|year|tax|vat)? ?lock date|locked period|period (is|has been) locked/i, 'period-locked'],
  [/reached the limit of|limit of (approved )?invoices|(upgrade|exceed).* (plan|subscription|pricing)/i, 'plan-limit'],
  [/total .*(greater than or equal to|less than|cannot be (below|negative)) ?(zero|0)?/i, 'negative-total'],
  [/tax ?type code '?([^' ]+)'?.*(cannot be used|does not exist|not valid|archived|deleted)/i, 'tax-rate-missing'],
  [/account code '?([^' ]+)'?.*(archived|deleted|not a valid|is not valid|does not exist|cannot be used)/i, 'account-missing'],
  [
    /^account (could not be found|not found)|account .*(not (enabled|valid|able).*payments|cannot (accept|receive) payments)/i,
    'payment-account',
  ],
  [/payments? .*batch|batch.* payments?/i, 'payment-in-batch'],
  [/reconciled/i, 'payment-reconciled'],
  [
    /not of valid status|cannot be edited as it has a payment|status \w+ cannot be applied|already been (paid|voided|deleted)|cannot be modified/i,
    'document-changed',
  ],
  [/email address must be valid|(e-?mail).* (not|in)valid/i, 'email'],
];

/** A known meaning, and the account code or tax type that the text names. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly named?: string;
}

/** The first known meaning among the messages of one refused element. */
export function readRefusal(messages: readonly string[]): Refusal {
  for (const [pattern, code] of TEXTS) {
    for (const message of messages) {
      const match = pattern.exec(message.trim());
      if (match === null) continue;
      const names = code === 'account-missing' || code === 'tax-rate-missing';
      return { code, ...(names && match[1] !== undefined ? { named: match[1] } : {}) };
    }
  }
  return { code: 'other' };
}

export function refusalCode(messages: readonly string[]): RefusalCode {
  return readRefusal(messages).code;
}
