import type { DocumentContext } from '../documents/context.ts';
import { cisDeductionOf, netOf } from '../documents/totals.ts';
import { accountWithId } from '../settings/accounts.ts';
import type { Invoice } from './records.ts';

/**
 * CIS suffered on a sales invoice: when the organisation is a CIS subcontractor and lines use the CIS Labour Income account, at the
 * organisation's rate; the contact needs no flag (xero-facts §8).
 */
export function cisOf({ state, organisation }: DocumentContext, invoice: Invoice): Pick<Invoice, 'cisDeduction' | 'cisRate'> {
  const isLabour = (accountId: string | undefined): boolean =>
    accountId !== undefined && accountWithId(state, organisation.tenantId, accountId)?.systemAccount === 'CISLABOURINCOME';
  const labour = invoice.lines.filter(({ accountId }) => isLabour(accountId));
  if (!organisation.cisSubContractor || invoice.type !== 'ACCREC' || labour.length === 0) return { cisDeduction: 0, cisRate: undefined };
  const net = labour.reduce((sum, line) => sum + netOf(line, invoice.lineAmountTypes), 0);
  return { cisDeduction: cisDeductionOf(net, organisation.cisRate), cisRate: organisation.cisRate };
}
