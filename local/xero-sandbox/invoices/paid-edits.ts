import { arrayField, textField, type Element } from '../api/fields.ts';
import { ElementInvalid } from '../api/problems.ts';
import type { DocumentContext } from '../documents/context.ts';
import type { Line } from '../documents/records.ts';
import { accountWithId } from '../settings/accounts.ts';
import { HAS_MONEY, LINE_ID_NEEDED, NOT_MODIFIABLE } from './invoice-status.ts';
import type { Invoice } from './records.ts';

/** What may not change on a line once money lies on the invoice; Description, AccountCode (not CIS) and Tracking may. */
function frozenPart(line: Line): string {
  return JSON.stringify([line.id, line.quantity, line.unitAmount, line.taxType, line.lineAmount, line.taxAmount]);
}

function isCisAccount({ state, organisation }: DocumentContext, accountId: string | undefined): boolean {
  const account = accountId === undefined ? undefined : accountWithId(state, organisation.tenantId, accountId);
  return account?.systemAccount?.startsWith('CIS') ?? false;
}

/** The line with the amounts it had before. */
function withAmountsOf(before: Line | undefined, after: Line): Line {
  return before === undefined ? after : { ...before, description: after.description, accountId: after.accountId, tracking: after.tracking };
}

/**
 * The invoice after an edit while money lies on it. Throws unless the edit touches only what Xero lets one change then, and names each line by
 * its LineItemID. Of an invoice that is paid in full Xero was seen to take other amounts and silently keep the old ones: the setting
 * `paidLineAmounts` says which.
 */
export function editedWithMoney(context: DocumentContext, before: Invoice, after: Invoice, element: Element): Invoice {
  const named = arrayField(element, 'LineItems')?.map((line) => textField(line, 'LineItemID') ?? '') ?? [];
  if (named.includes('')) throw new ElementInvalid([LINE_ID_NEEDED]);
  const keeps = before.status === 'PAID' && context.state.settings.paidLineAmounts === 'kept';
  const { subTotal, totalTax, total, totalDiscount } = before;
  const kept = after.lines.map((line) =>
    withAmountsOf(
      before.lines.find(({ id }) => id === line.id),
      line,
    ),
  );
  const edited = keeps ? { ...after, subTotal, totalTax, total, totalDiscount, lines: kept } : after;
  ensureEditable(context, before, edited);
  return edited;
}

/** Throws unless the change touches only what Xero lets one edit on a part or fully paid invoice. */
function ensureEditable(context: DocumentContext, before: Invoice, after: Invoice): void {
  const frozen = (invoice: Invoice): string =>
    JSON.stringify([invoice.date, invoice.currency, invoice.lineAmountTypes, invoice.lines.map(frozenPart)]);
  const accounts = before.lines.map((line, i) => [line.accountId, after.lines[i]?.accountId] as const);
  const movesCis = accounts.some(([from, to]) => from !== to && (isCisAccount(context, from) || isCisAccount(context, to)));
  const movesContact = before.contactId !== after.contactId && (before.cisDeduction > 0 || before.amountCredited > 0);
  if (frozen(before) !== frozen(after) || movesCis || movesContact) throw new ElementInvalid([NOT_MODIFIABLE, HAS_MONEY]);
}
