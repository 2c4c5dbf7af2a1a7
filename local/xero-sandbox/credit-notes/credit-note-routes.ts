import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { pageOf, select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { contextOf } from '../documents/call-context.ts';
import { listHistory } from '../settings/history.ts';
import { CREDIT_NOTE_FIELDS, creditNoteJson } from './credit-note-json.ts';
import { creditNoteNumbered, findCreditNote } from './credit-note-writes.ts';
import type { CreditNote } from './records.ts';

function listCreditNotes(call: AccountingCall): SandboxAnswer {
  const { rows, pagination } = select({
    rows: call.state.creditNotes.by('tenant', call.organisation.tenantId),
    query: call.url.searchParams,
    headers: call.request.headers,
    fields: CREDIT_NOTE_FIELDS,
    updatedOf: (note) => note.updated,
    idOf: (note) => note.creditNoteId,
  });
  const isPaged = pageOf(call.url.searchParams, false) !== undefined;
  const shown = contextOf(call);
  return envelope(
    call,
    'CreditNotes',
    rows.map((note) => creditNoteJson(shown, note, isPaged)),
    pagination,
  );
}

function creditNoteOf(call: AccountingCall): CreditNote {
  const named = call.params[0] ?? '';
  const { tenantId } = call.organisation;
  const found = findCreditNote(call.state, tenantId, named) ?? creditNoteNumbered(call.state, tenantId, named);
  if (found === undefined) throw XeroProblem.notFound();
  return found;
}

/** Credit notes are made by people in Xero; the API side of the sandbox reads them. */
export const CREDIT_NOTE_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'CreditNotes', area: 'invoices', handle: listCreditNotes },
  {
    method: 'GET',
    pattern: 'CreditNotes/{}',
    area: 'invoices',
    handle: (call) => envelope(call, 'CreditNotes', [creditNoteJson(contextOf(call), creditNoteOf(call), true)]),
  },
  {
    method: 'GET',
    pattern: 'CreditNotes/{}/History',
    area: 'invoices',
    handle: (call) => listHistory(call, `${call.organisation.tenantId}/CreditNotes/${creditNoteOf(call).creditNoteId}`),
  },
];
