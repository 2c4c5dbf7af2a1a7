import { describe, expect, it } from '@jest/globals';
import { refusedDocument } from '../../../shared/domain/document-refusals.ts';
import { readRefusal } from '../../../shared/domain/xero-refusals.ts';

/** Xero's words, as several sources have them, and neighbours of them: what varies must not matter. */
describe('F1: what Xero says when it refuses', () => {
  it.each([
    [
      'name-taken',
      'The contact name Zeta is already assigned to another contact. The contact name must be unique across all active contacts.',
    ],
    ['contact-number-taken', 'Another contact has this contact number. Please enter a different contact number.'],
    [
      'contact-archived',
      'The contact with the specified contact details has been archived. The contact must be un-archived before creating new invoices or credit notes.',
    ],
    [
      'contact-archived',
      'The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the API.',
    ],
    ['contact-archived', 'The contact is archived and cannot be used.'],
    ['number-taken', 'Invoice # must be unique.'],
    ['number-taken', 'Credit Note # must be unique.'],
    ['number-taken', 'Invoice number GES-1042 already exists.'],
    ['account-missing 200', "Account code '200' has been archived, or has been deleted. Please make sure it exists and is active."],
    ['account-missing x', "Account code 'x' has been archived, or has been deleted. Each line item must reference a valid account."],
    ['account-missing 300', "Account code '300' is not a valid code for this document."],
    ['tax-rate-missing DRCHARGESUPPLY20', "The TaxType code 'DRCHARGESUPPLY20' cannot be used with account code '200'."],
    ['tax-rate-missing X', "The TaxType code 'X' does not exist or cannot be used for this type of transaction."],
    ['payment-account', 'Account could not be found'],
    ['period-locked', 'The document date cannot be before the period lock date, currently set at 30-Nov-2018'],
    ['period-locked', 'The document date cannot be before the end of year lock date, currently set at 30 November 2018'],
    [
      'period-locked',
      'The document cannot be edited as it is currently dated before the end of year lock date, currently set at 30-Nov-2018',
    ],
    ['plan-limit', 'You have reached the limit of invoices you can approve'],
    ['negative-total', 'The Total for this document must be greater than or equal to zero.'],
    ['document-changed', 'Invoice not of valid status for modification'],
    ['document-changed', 'This document cannot be edited as it has a payment or credit note allocated to it.'],
    ['document-changed', 'The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it.'],
    ['email', 'Email address must be valid.'],
    ['payment-in-batch', 'Payments within a batch cannot be deleted.'],
    ['payment-reconciled', 'Payment cannot be deleted as it has been reconciled with a bank transaction.'],
    ['other', 'The branding theme could not be found.'],
  ])('%s: %s', (expected, message) => {
    const { code, named } = readRefusal(['Something else.', `  ${message} `]);
    expect([code, ...(named === undefined ? [] : [named])].join(' ')).toBe(expected);
  });

  it('F1: a text that nobody knows keeps Xero’s own words as detail, a known one does, too', () => {
    expect(refusedDocument(['The moon is full.'])).toMatchObject({ code: 'refused-by-xero', detail: 'The moon is full.' });
    const archived = "Account code '200' has been archived, or has been deleted.";
    expect(refusedDocument([archived])).toMatchObject({ code: 'account-missing', detail: archived });
    expect(refusedDocument([archived]).message).toContain('account 200');
  });
});
