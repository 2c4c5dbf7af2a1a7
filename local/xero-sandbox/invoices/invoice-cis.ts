import { findContact } from '../contacts/contact-writes.ts';
import type { DocumentContext } from '../documents/context.ts';
import { cisDeductionOf, netOf } from '../documents/totals.ts';
import { accountWithId } from '../settings/accounts.ts';
import type { Invoice } from './records.ts';

/** What a deduction depends on, of an invoice or a credit note. */
type CisDocument = Pick<Invoice, 'type' | 'contactId' | 'lines' | 'lineAmountTypes'>;

/** Where labour is booked: suffered on sales invoices, withheld on bills. */
const LABOUR_ACCOUNT = { ACCREC: 'CISLABOURINCOME', ACCPAY: 'CISLABOUREXPENSE' } as const;

/** The rate that applies, in percent: on sales the organisation's, the contact needs no flag; on bills the rate of a CIS-enabled contact. */
function rateOf({ state, organisation }: DocumentContext, { type, contactId }: CisDocument): number | undefined {
  if (type === 'ACCREC') return organisation.cisSubContractor ? organisation.cisRate : undefined;
  const cis = findContact(state, organisation.tenantId, contactId)?.cis;
  return organisation.cisContractor && cis?.enabled === true ? cis.rate : undefined;
}

/** The CIS deduction of an invoice or credit note: the rate of the net of its labour lines; materials are not deducted from. */
export function cisOf(context: DocumentContext, document: CisDocument): Pick<Invoice, 'cisDeduction' | 'cisRate'> {
  const { state, organisation } = context;
  const isLabour = (accountId: string | undefined): boolean =>
    accountId !== undefined && accountWithId(state, organisation.tenantId, accountId)?.systemAccount === LABOUR_ACCOUNT[document.type];
  const labour = document.lines.filter(({ accountId }) => isLabour(accountId));
  const rate = labour.length === 0 ? undefined : rateOf(context, document);
  if (rate === undefined) return { cisDeduction: 0, cisRate: undefined };
  const net = labour.reduce((sum, line) => sum + netOf(line, document.lineAmountTypes), 0);
  return { cisDeduction: cisDeductionOf(net, rate), cisRate: rate };
}
