import { toPounds } from './money.ts';
import { RESTORE_CONTACT } from './problems.ts';
import type { Problem } from './records.ts';

/** Every problem of an invoice that only a person can solve: a stable code, one plain sentence, what to do (F1). */

const SAVE_AGAIN = 'then edit and re-issue the invoice';

export function notInPounds(currency: string): Problem {
  return {
    code: 'not-gbp',
    message: `This invoice is in ${currency}; only invoices in GBP are sent to Xero.`,
    fix: 'Enter this invoice in Xero by hand.',
  };
}

export function organisationNotInPounds(currency: string): Problem {
  return {
    code: 'organisation-not-gbp',
    message: `Your Xero organisation keeps its books in ${currency}, not in GBP.`,
    fix: 'Connect a Xero organisation that keeps its books in GBP.',
  };
}

export function notVatRegistered(): Problem {
  return {
    code: 'not-vat-registered',
    message: 'Your Xero organisation is not VAT-registered but this invoice charges VAT.',
    fix: `Take the VAT off the invoice, or enter your VAT registration in Xero (Settings, Financial settings), ${SAVE_AGAIN}.`,
  };
}

/** No rate that fits is active and may go on a sale. `taxTypes`: those that would have done. */
export function taxRateMissing(taxTypes: readonly string[]): Problem {
  return {
    code: 'tax-rate-missing',
    message: `Your Xero organisation has no active tax rate ${taxTypes.join(' or ')} for sales, which this invoice needs.`,
    fix: `Restore the tax rate in Xero (Accounting, Advanced, Tax rates), ${SAVE_AGAIN}.`,
  };
}

/** Several rates fit, and nothing says which one is meant for sales. */
export function taxRateUnclear(taxTypes: readonly string[]): Problem {
  return {
    code: 'tax-rate-unclear',
    message: `Your Xero organisation allows ${taxTypes.join(' and ')} on sales, and we cannot tell which one this invoice needs.`,
    fix: `Archive the tax rate that is not for sales in Xero (Accounting, Advanced, Tax rates), ${SAVE_AGAIN}.`,
  };
}

export function reverseChargeNotRegistered(): Problem {
  return {
    code: 'not-vat-registered',
    message: 'Your Xero organisation is not VAT-registered but this invoice has a line under the reverse charge.',
    fix: `Choose another VAT for the line, or enter your VAT registration in Xero (Settings, Financial settings), ${SAVE_AGAIN}.`,
  };
}

/** C7a: the first of its kind, tried as a draft. `ges`, `xero`: pence. */
export function draftDiffers(what: 'total' | 'CIS deduction', ges: number, xero: number): Problem {
  return {
    code: 'draft-differs',
    message: `A first draft of this invoice had a ${what} of £${toPounds(xero)} in Xero, but it is £${toPounds(ges)} in Gas Engineer Software. The draft was deleted again.`,
    fix: 'Check VAT and CIS of the lines, and the tax rates and CIS settings in Xero. If they are right, contact support.',
  };
}

export function totalsDiffer(ges: number, xero: number): Problem {
  return {
    code: 'totals-differ',
    message: `This invoice comes to £${toPounds(ges)} in Gas Engineer Software but comes to £${toPounds(xero)} in Xero.`,
    fix: 'Check quantities, prices and VAT of the lines. If they are right, contact support.',
  };
}

export function vatDiffers(ges: number, xero: number): Problem {
  return {
    code: 'vat-differs',
    message: `The VAT of this invoice is £${toPounds(ges)} in Gas Engineer Software but would be £${toPounds(xero)} in Xero.`,
    fix: 'Check quantities, prices and VAT of the lines. If they are right, contact support.',
  };
}

export function accountMissing(purpose: string): Problem {
  return {
    code: 'account-missing',
    message: `Your Xero organisation has no active ${purpose}.`,
    fix: `Restore the account in Xero or choose another one in the integration settings, ${SAVE_AGAIN}.`,
  };
}

export function cisOff(): Problem {
  return {
    code: 'cis-off',
    message: 'This invoice has CIS labour, but CIS is switched off in your Xero organisation.',
    fix: `Switch CIS on in Xero (Settings, Financial settings, CIS: subcontractor), ${SAVE_AGAIN}.`,
  };
}

/** Rates in percent; undefined where it is not certain what was deducted of what. */
export function cisDiffers(ges: number, xero: number, xeroRate: number | undefined, gesRate: string | undefined): Problem {
  const shown = (rate: number | string | undefined): string => (rate === undefined ? '' : ` (${rate} %)`);
  return {
    code: 'cis-rate-differs',
    message: `The CIS deduction is £${toPounds(ges)}${shown(gesRate)} in Gas Engineer Software but would be £${toPounds(xero)}${shown(xeroRate)} in Xero.`,
    fix: `Set the same CIS rate on both sides, ${SAVE_AGAIN}.`,
  };
}

/** `lockedUntil`: YYYY-MM-DD, where we know it. */
export function periodLocked(lockedUntil?: string): Problem {
  const message =
    lockedUntil === undefined
      ? 'Your books in Xero are locked for the day that this falls on.'
      : `Your books in Xero are locked up to ${lockedUntil}, and this falls on or before that day.`;
  return {
    code: 'period-locked',
    message,
    fix: 'Ask your bookkeeper to move the lock date in Xero, or give it a later date. We never change dates by ourselves.',
  };
}

export function planLimit(): Problem {
  return {
    code: 'plan-limit',
    message: 'Your Xero plan does not allow any more approved invoices this month.',
    fix: `Upgrade your Xero plan or wait until next month, ${SAVE_AGAIN}.`,
  };
}

/** B5: what it would be sent to takes nothing more. */
export function contactOfDocumentArchived(): Problem {
  return {
    code: 'contact-archived',
    message: 'The contact of this invoice is archived in Xero, and Xero takes nothing for archived contacts.',
    fix: RESTORE_CONTACT,
  };
}

export function negativeTotal(): Problem {
  return {
    code: 'negative-total',
    message: 'Xero takes no invoice that comes to less than £0.00.',
    fix: `Make it a credit, or correct its prices, ${SAVE_AGAIN}.`,
  };
}

/** Looked at anew it still seemed open to us, and Xero refused all the same. */
export function documentChanged(): Problem {
  return {
    code: 'document-changed',
    message: 'Xero does not allow this change in the state that the invoice has there.',
    fix: `Open it in Xero and see whether it was paid, credited, voided or deleted, ${SAVE_AGAIN}.`,
  };
}

/** Xero would make a number up, and no answer of it could be known to be ours (C3, F3). */
export function numberMissing(): Problem {
  return {
    code: 'number-missing',
    message: 'This invoice has no number.',
    fix: `Give it a number, ${SAVE_AGAIN}.`,
  };
}

/** C9a: Xero would refuse it for its form. */
export function numberTooLong(): Problem {
  return {
    code: 'number-too-long',
    message: 'The number of this invoice is longer than the 255 characters that Xero takes.',
    fix: `Give it a shorter number, ${SAVE_AGAIN}.`,
  };
}

/** C9a. `line`: its place, from 1. */
export function lineWithoutWords(line: number): Problem {
  return {
    code: 'line-without-description',
    message: `Line ${String(line)} has no description, and Xero takes no line without one.`,
    fix: `Describe the line, ${SAVE_AGAIN}.`,
  };
}

/** C9a. `line`: its place, from 1. */
export function lineTooLong(line: number): Problem {
  return {
    code: 'description-too-long',
    message: `The description of line ${String(line)} is longer than the 4,000 characters that Xero takes.`,
    fix: `Shorten it or make two lines of it, ${SAVE_AGAIN}.`,
  };
}

/** C9a. `where`: e.g. "line 2". */
export function forbiddenCharacters(where: string): Problem {
  return {
    code: 'characters-not-allowed',
    message: `There are invisible control characters in ${where}, which Xero does not take.`,
    fix: `Type the text anew instead of pasting it, ${SAVE_AGAIN}.`,
  };
}

/** C9a: an invoice over nothing counts as paid in Xero. */
export function zeroTotalVoid(): Problem {
  return {
    code: 'zero-total-void',
    message: 'This invoice was voided, but Xero does not let anybody void an invoice over £0.00.',
    fix: 'Nothing is owed on it, so it can stay in Xero. Ignore this message.',
  };
}

export function numberTaken(number: string, detail?: string): Problem {
  return {
    code: 'number-taken',
    message: `Number ${number} is already used in Xero.`,
    fix: 'Change your starting number or add a prefix, and give this invoice another number.',
    ...(detail === undefined ? {} : { detail }),
  };
}

/** `detail`: what the other system said. */
export function voidWithMoney(detail?: string): Problem {
  return {
    code: 'void-with-payments',
    message: 'This invoice was voided, but it has payments or credits on it.',
    fix: 'Delete or move the payments first. We never remove money to make a void pass.',
    ...(detail === undefined ? {} : { detail }),
  };
}

/** `changed`: what was changed, in words. */
export function paidInvoiceEdited(changed: readonly string[]): Problem {
  return {
    code: 'paid-invoice-edited',
    message: `Xero does not allow this change because money has been paid on the invoice: ${changed.join('; ')}.`,
    fix: 'Undo the change, and issue a credit and a new invoice instead. Or delete the payment in Xero first, then edit and re-issue the invoice.',
  };
}

export function customerChanged(): Problem {
  return {
    code: 'customer-changed',
    message: 'This invoice was given to another customer, which is not followed once it is in Xero.',
    fix: 'Give it back to its first customer; make the invoice void and issue a new one for the other customer.',
  };
}

/** C2a: `before` and `now`: names of the contacts in Xero. */
export function invoiceMoved(before: string, now: string): Problem {
  return {
    code: 'invoice-moved',
    message: `This invoice was moved in Xero from ${before} to ${now}. Changes to it are not sent to Xero meanwhile.`,
    fix: `Move it in Gas Engineer Software too, by giving it to that customer, or move it back to ${before} in Xero.`,
  };
}

/** C2: `line`: its description. */
export function taxChangedOnBothSides(line: string): Problem {
  return {
    code: 'tax-changed-on-both-sides',
    message: `The VAT or CIS of the line “${line}” was changed both in Gas Engineer Software and in Xero, and we never choose between them.`,
    fix: `Make the line the same on both sides: change it here or in Xero, ${SAVE_AGAIN}.`,
  };
}

/** C2: `taxType`: as the field of lines has it, `xero:<TaxType>`. */
export function taxTypeUnknown(line: string, taxType: string): Problem {
  return {
    code: 'tax-type-unknown',
    message: `The line “${line}” has the tax rate ${taxType.replace('xero:', '')} in Xero, which Gas Engineer Software does not have, so its change was not sent.`,
    fix: `Make the change in Xero too, or choose one of the usual UK sales rates for the line there, ${SAVE_AGAIN}.`,
  };
}

export function linesBothChanged(): Problem {
  return {
    code: 'lines-changed-on-both-sides',
    message:
      'Prices were changed to be with or without VAT on one side, and lines were changed on the other, so we cannot tell which are right.',
    fix: `Make the lines the same on both sides, ${SAVE_AGAIN}.`,
  };
}

export function linesNotForGes(): Problem {
  return {
    code: 'xero-lines-not-followed',
    message: 'The lines of this invoice were changed in Xero to something that Gas Engineer Software cannot hold.',
    fix: 'Use the usual UK VAT rates and percentage discounts in Xero, or change the lines in Gas Engineer Software.',
  };
}

export function invoiceMissing(): Problem {
  return {
    code: 'invoice-missing',
    message: 'Xero no longer has the invoice that this one is linked to.',
    fix: 'Contact support to link this invoice again.',
  };
}

export function waitsForCustomer(customerId: string): Problem {
  return {
    code: 'waits-for-customer',
    message: 'This invoice waits for its customer, which is not in Xero yet.',
    fix: `Look at what the customer ${customerId} needs.`,
  };
}
