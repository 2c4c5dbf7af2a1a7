import { keyOf, type SandboxState } from '../core/state.ts';
import { pounds } from '../documents/decimal.ts';
import { amountDueOf } from '../invoices/records.ts';
import type { Balances } from './contact-json.ts';
import type { Contact } from './records.ts';

/** What a contact owes and is owed on approved documents, in pounds; undefined when it has no invoice at all. */
export function balancesOf(state: SandboxState, contact: Contact, now: number): Balances | undefined {
  const invoices = state.invoices.by('contact', keyOf(contact.tenantId, contact.contactId));
  if (invoices.length === 0) return undefined;
  const side = (wanted: string): Balances['receivable'] => {
    const open = invoices.filter(({ type, status }) => type === wanted && status === 'AUTHORISED');
    const sum = (chosen: typeof open): number => pounds(chosen.reduce((total, invoice) => total + amountDueOf(invoice), 0));
    return { outstanding: sum(open), overdue: sum(open.filter(({ dueDate }) => dueDate !== undefined && dueDate < now)) };
  };
  return { receivable: side('ACCREC'), payable: side('ACCPAY') };
}
