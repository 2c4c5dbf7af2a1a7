import {
  accountMissing,
  contactOfDocumentArchived,
  documentChanged,
  negativeTotal,
  periodLocked,
  planLimit,
  taxRateMissing,
} from './invoice-problems.ts';
import { paymentAccountArchived, paymentReconciled } from './payment-problems.ts';
import { refusedByXero } from './problems.ts';
import type { Problem } from './records.ts';
import { readRefusal, type Refusal } from './xero-refusals.ts';

/** What Xero refused of an invoice or a payment, in a sentence of ours where its words are known: they are kept as detail (F1). Pure. */
export function refusedDocument(messages: readonly string[]): Problem {
  const known = knownRefusal(readRefusal(messages));
  return known === undefined ? refusedByXero(messages) : { ...known, detail: messages.join(' · ') };
}

function knownRefusal({ code, named }: Refusal): Problem | undefined {
  switch (code) {
    case 'contact-archived':
      return contactOfDocumentArchived();
    case 'account-missing':
      return accountMissing(named === undefined ? 'account that a line of this needs' : `account ${named}`);
    case 'tax-rate-missing':
      return named === undefined ? undefined : taxRateMissing([named]);
    case 'payment-account':
      return paymentAccountArchived();
    case 'period-locked':
      return periodLocked();
    case 'plan-limit':
      return planLimit();
    case 'negative-total':
      return negativeTotal();
    case 'payment-in-batch':
      return paymentReconciled(true);
    case 'payment-reconciled':
      return paymentReconciled(false);
    case 'document-changed':
      return documentChanged();
    default:
      return undefined;
  }
}
