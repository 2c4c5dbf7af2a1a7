import { ElementInvalid } from '../api/problems.ts';
import type { DocumentContext } from '../documents/context.ts';
import type { Line } from '../documents/records.ts';
import { accountWithId } from '../settings/accounts.ts';
import { HAS_MONEY, NOT_MODIFIABLE } from './invoice-status.ts';
import type { Invoice } from './records.ts';

/** What may not change on a line once money lies on the invoice; Description, AccountCode (not CIS) and Tracking may. */
function frozenPart(line: Line): string {
  return JSON.stringify([line.id, line.quantity, line.unitAmount, line.taxType, line.lineAmount, line.taxAmount]);
}

function isCisAccount({ state, organisation }: DocumentContext, accountId: string | undefined): boolean {
  const account = accountId === undefined ? undefined : accountWithId(state, organisation.tenantId, accountId);
  return account?.systemAccount?.startsWith('CIS') ?? false;
}

/** Throws unless the change touches only what Xero lets one edit on a part or fully paid invoice. */
export function ensureEditableWithMoney(context: DocumentContext, before: Invoice, after: Invoice): void {
  const frozen = (invoice: Invoice): string =>
    JSON.stringify([invoice.date, invoice.currency, invoice.lineAmountTypes, invoice.lines.map(frozenPart)]);
  const accounts = before.lines.map((line, i) => [line.accountId, after.lines[i]?.accountId] as const);
  const movesCis = accounts.some(([from, to]) => from !== to && (isCisAccount(context, from) || isCisAccount(context, to)));
  const movesContact = before.contactId !== after.contactId && (before.cisDeduction > 0 || before.amountCredited > 0);
  if (frozen(before) !== frozen(after) || movesCis || movesContact) throw new ElementInvalid([NOT_MODIFIABLE, HAS_MONEY]);
}
