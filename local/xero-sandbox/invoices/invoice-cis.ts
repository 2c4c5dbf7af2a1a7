import { findContact } from '../contacts/contact-writes.ts';
import type { DocumentContext } from '../documents/context.ts';
import { cisDeductionOf, netOf } from '../documents/totals.ts';
import { accountWithId } from '../settings/accounts.ts';
import type { Invoice } from './records.ts';

/** Where labour is booked: suffered on sales invoices, withheld on bills (xero-facts §8). */
const LABOUR_ACCOUNT = { ACCREC: 'CISLABOURINCOME', ACCPAY: 'CISLABOUREXPENSE' } as const;

/** The rate that applies, in percent: on sales the organisation's, the contact needs no flag; on bills the rate of a CIS-enabled contact. */
function rateOf({ state, organisation }: DocumentContext, { type, contactId }: Invoice): number | undefined {
  if (type === 'ACCREC') return organisation.cisSubContractor ? organisation.cisRate : undefined;
  const cis = findContact(state, organisation.tenantId, contactId)?.cis;
  return organisation.cisContractor && cis?.enabled === true ? cis.rate : undefined;
}

/** The CIS deduction of an invoice: the rate of the net of its labour lines; materials are not deducted from. */
export function cisOf(context: DocumentContext, invoice: Invoice): Pick<Invoice, 'cisDeduction' | 'cisRate'> {
  const { state, organisation } = context;
  const isLabour = (accountId: string | undefined): boolean =>
    accountId !== undefined && accountWithId(state, organisation.tenantId, accountId)?.systemAccount === LABOUR_ACCOUNT[invoice.type];
  const labour = invoice.lines.filter(({ accountId }) => isLabour(accountId));
  const rate = labour.length === 0 ? undefined : rateOf(context, invoice);
  if (rate === undefined) return { cisDeduction: 0, cisRate: undefined };
  const net = labour.reduce((sum, line) => sum + netOf(line, invoice.lineAmountTypes), 0);
  return { cisDeduction: cisDeductionOf(net, rate), cisRate: rate };
}
