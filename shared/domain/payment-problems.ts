import { toPounds } from './money.ts';
import type { Problem, Side } from './records.ts';

/** Every problem of a payment that only a person can solve, and what a payment waits for: a stable code, one plain sentence, what to do (F1). */

export function noPaymentAccount(): Problem {
  return {
    code: 'no-payment-account',
    message: 'No account is chosen for payments.',
    fix: 'Choose a bank account in the integration settings, then save the payment again.',
  };
}

export function paymentAccountArchived(): Problem {
  return {
    code: 'payment-account-archived',
    message: 'The account that takes this payment is archived in Xero.',
    fix: 'Restore the account in Xero or choose another one in the integration settings.',
  };
}

export function invoiceNotOpen(status: string): Problem {
  return {
    code: 'invoice-not-open',
    message: `The invoice is ${status.toLowerCase()} in Xero, so no payment can be entered on it.`,
    fix: 'Check the invoice in Xero. If the payment is for another invoice, enter it there.',
  };
}

export function moreThanOwed(excess: number, due: number): Problem {
  return {
    code: 'more-than-owed',
    message: `£${toPounds(excess)} more than owed: £${toPounds(Math.max(0, due))} is due on this invoice in Xero.`,
    fix: 'Check whether the payment is in Xero already, or correct its amount.',
  };
}

/** D7: what was owed is in Xero, the rest of what was received is not. */
export function restMoreThanOwed(received: number, inXero: number): Problem {
  return {
    code: 'more-than-owed',
    message: `£${toPounds(received - inXero)} more than owed: £${toPounds(inXero)} of the £${toPounds(received)} received is in Xero.`,
    fix: 'Correct the amount, or give the rest back or enter it in Xero as an overpayment.',
  };
}

/** The invoice owes more by now, but the payment in Xero can no longer be replaced by a greater one. */
export function restNotPosted(rest: number, cause: Problem): Problem {
  return {
    code: 'rest-not-posted',
    message: `£${toPounds(rest)} of this payment is not in Xero. ${cause.message}`,
    fix: 'Enter the rest in Xero by hand.',
  };
}

export function cisGrossPayment(due: number): Problem {
  return {
    code: 'cis-gross-payment',
    message: 'This payment is the whole amount, but CIS was deducted from the invoice.',
    fix: `Enter £${toPounds(due)}, or remove CIS if you were paid in full.`,
  };
}

export function notPositive(): Problem {
  return {
    code: 'payment-not-positive',
    message: 'Xero takes no payment of nothing or less.',
    fix: 'Delete the payment or correct its amount.',
  };
}

export function paymentReconciled(isBatch: boolean): Problem {
  return {
    code: isBatch ? 'payment-in-batch' : 'payment-reconciled',
    message: isBatch
      ? 'In Xero this payment is part of a batch and cannot be deleted by itself.'
      : 'In Xero this payment is reconciled with the bank.',
    fix: isBatch ? 'Delete the batch in Xero.' : 'Unreconcile it in Xero first, then delete it there.',
  };
}

export function paymentChanged(fields: readonly string[]): Problem {
  return {
    code: 'payment-changed',
    message: `The ${fields.join(' and ')} of this payment changed, and Xero cannot change payments.`,
    fix: 'Delete the payment and enter it again.',
  };
}

export function paymentMissing(): Problem {
  return {
    code: 'payment-missing',
    message: 'Xero no longer has the payment that this one is linked to.',
    fix: 'Contact support to link this payment again.',
  };
}

/** D5: what was deleted or changed in GES and cannot be in Xero stands in GES again as it is in Xero. */
export function putBack(what: 'deleted' | 'changed', cause: Problem): Problem {
  return {
    ...cause,
    message: `This payment was ${what}, and was put back as it is in Xero. ${cause.message}`,
    fix: `Open it in Xero. ${cause.fix}`,
  };
}

/** D8: not attention, but on its way. */
export function discountWaits(amount: number): Problem {
  return {
    code: 'discount-waits',
    message: `This discount of £${toPounds(amount)} is entered in Xero as a credit note of its invoice next.`,
    fix: 'Nothing, it goes by itself.',
  };
}

/** D8: its credit note is in Xero, and does not credit the invoice by as much. */
export function discountOnAccount(amount: number): Problem {
  return {
    code: 'discount-on-account',
    message: `The credit note of this discount of £${toPounds(amount)} is in Xero, but its invoice is not credited by as much.`,
    fix: 'Open the credit note in Xero and set it against the invoice, or correct the discount here.',
  };
}

/** D8: a discount that Xero would count otherwise, or did not accept. */
export function discountNotSent(amount: number): Problem {
  return {
    code: 'discount-not-sent',
    message: `This discount of £${toPounds(amount)} is not in Xero: it is a credit of the invoice, not a payment.`,
    fix: 'Enter a credit note for it in Xero and allocate it to the invoice.',
  };
}

export function paymentNowDiscount(): Problem {
  return {
    code: 'payment-now-discount',
    message: 'This payment was turned into a discount, but Xero still has it as money received.',
    fix: 'Delete it here and enter the discount anew.',
  };
}

/** D4. `side`: where this payment was entered; `invoiceNumber`: of the invoice that has one like it on the other side. */
export function whichInvoice(side: Side, amount: number, invoiceNumber: string): Problem {
  const [here, there] = side === 'ges' ? ['Gas Engineer Software', 'Xero'] : ['Xero', 'Gas Engineer Software'];
  return {
    code: 'which-invoice',
    message: `£${toPounds(amount)} was paid on this invoice in ${here} and on invoice ${invoiceNumber} in ${there}: it may be the same money.`,
    fix: 'If it is one payment, move it to the right invoice on one side. If these are two payments, say so.',
    candidates: [invoiceNumber],
  };
}

export function paidNotExplained(paid: number, explained: number): Problem {
  return {
    code: 'paid-not-explained',
    message: `Xero says that £${toPounds(paid)} is paid on this invoice, but shows payments of £${toPounds(explained)}.`,
    fix: 'Check the payments of the invoice in Xero. If they are right, contact support.',
  };
}

export function tooManyPayments(most: number): Problem {
  return {
    code: 'too-many-payments',
    message: `This invoice has more than ${most} payments, which is more than is followed.`,
    fix: 'Enter its further payments on both sides by hand.',
  };
}

/** D5: shown while a payment that was deleted in Xero waits for the one that may replace it. `until`: epoch ms. */
export function removedInXero(until: number): Problem {
  return {
    code: 'removed-in-xero',
    message: `This payment was removed in Xero. Unless it is entered there anew, it is removed here on ${new Date(until).toISOString().slice(0, 16).replace('T', ' at ')} UTC.`,
    fix: 'Nothing, or enter the payment in Xero again.',
  };
}

/** D7: nothing is posted beyond what is due while it is not clear what else was paid. */
export function waitsForOtherMoney(what: 'payment' | 'credit' | 'invoice'): Problem {
  const messages = {
    payment: 'This payment is more than is due, and waits until a payment on the invoice in Xero is clear.',
    credit: 'This payment is more than is due, and waits until a new credit on the invoice in Xero is shown here.',
    invoice: 'This payment is more than is due in Xero, and waits for its invoice.',
  };
  return { code: 'waits-for-other-money', message: messages[what], fix: 'Look at what the invoice and its other payments need.' };
}

/** C12: GES goes on showing what Xero has credited as due. `messages`: its own words. */
export function creditNotShown(amount: number, messages: readonly string[]): Problem {
  return {
    code: 'credit-not-shown',
    message: `£${toPounds(amount)} of this invoice is credited in Xero, but Gas Engineer Software did not accept that.`,
    fix: 'Compare what is due on both sides. If they differ, contact support.',
    detail: messages.join(' · '),
  };
}

/** GES said no to a payment from Xero. `detail`: its own words. */
export function refusedByGes(messages: readonly string[]): Problem {
  return {
    code: 'refused-by-ges',
    message: 'Gas Engineer Software did not accept what happened to this payment in Xero.',
    fix: 'Make the same change by hand. If that does not help, contact support.',
    detail: messages.join(' · '),
  };
}
