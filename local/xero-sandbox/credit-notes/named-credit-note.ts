import type { AccountingCall } from '../api/call.ts';
import { XeroProblem } from '../api/problems.ts';
import { isGuid } from '../core/guids.ts';
import { creditNoteNumbered, findCreditNote } from './credit-note-writes.ts';
import type { CreditNote } from './records.ts';

/** The credit note of the path, by CreditNoteID or CreditNoteNumber; 404 when there is none. */
export function creditNoteOf(call: AccountingCall): CreditNote {
  const named = call.params[0] ?? '';
  const { tenantId } = call.organisation;
  const found = isGuid(named) ? findCreditNote(call.state, tenantId, named) : creditNoteNumbered(call.state, tenantId, named);
  if (found === undefined) throw XeroProblem.notFound();
  return found;
}
