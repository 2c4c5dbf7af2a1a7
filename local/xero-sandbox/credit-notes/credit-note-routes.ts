import { saveBatch } from '../api/batches.ts';
import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { echoed } from '../api/echo.ts';
import { elementsOf, objectField, textField, type Element } from '../api/fields.ts';
import { pageOf, select } from '../api/lists.ts';
import { ZERO_GUID } from '../core/guids.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { contextOf } from '../documents/call-context.ts';
import { addNotes, listHistory } from '../settings/history.ts';
import { ALLOCATION_ROUTES } from './allocation-routes.ts';
import { CREDIT_NOTE_FIELDS, creditNoteJson } from './credit-note-json.ts';
import { createCreditNote, createOrUpdateCreditNote, updateCreditNote } from './credit-note-writes.ts';
import { creditNoteOf } from './named-credit-note.ts';

function listCreditNotes(call: AccountingCall): SandboxAnswer {
  const { rows, pagination } = select({
    rows: call.state.creditNotes.by('tenant', call.organisation.tenantId),
    query: call.url.searchParams,
    headers: call.request.headers,
    fields: CREDIT_NOTE_FIELDS,
    updatedOf: (note) => note.updated,
    idOf: (note) => note.creditNoteId,
  });
  const detail = pageOf(call.url.searchParams, false) === undefined ? 'list' : 'page';
  const shown = contextOf(call);
  return envelope(
    call,
    'CreditNotes',
    rows.map((note) => creditNoteJson(shown, note, detail)),
    pagination,
  );
}

/** The echo of a refused element, with zero GUIDs unless it names a credit note. */
function echo(element: Element): object {
  const contact = objectField(element, 'Contact');
  const shown = contact === undefined ? {} : { Contact: { ...contact, Addresses: [], Phones: [] } };
  const CreditNoteID = textField(element, 'CreditNoteID') ?? ZERO_GUID;
  return { ...echoed(element), ...shown, CreditNoteID, LineItems: element.LineItems ?? [] };
}

function saveCreditNotes(call: AccountingCall, save: typeof createCreditNote): SandboxAnswer {
  const context = contextOf(call);
  return saveBatch(call, elementsOf(call.request.body, 'CreditNotes'), {
    plural: 'CreditNotes',
    errorFlag: 'HasErrors',
    save: (element) => creditNoteJson(context, save(context, element), 'full'),
    echo,
  });
}

function updateOne(call: AccountingCall): SandboxAnswer {
  const context = contextOf(call);
  const held = creditNoteOf(call);
  return saveBatch(call, elementsOf(call.request.body, 'CreditNotes').slice(0, 1), {
    plural: 'CreditNotes',
    errorFlag: 'HasErrors',
    save: (element) => creditNoteJson(context, updateCreditNote(context, held, element), 'full'),
    echo: (element) => echo({ ...element, CreditNoteID: held.creditNoteId }),
  });
}

const subjectOf = (call: AccountingCall): string => `${call.organisation.tenantId}/CreditNotes/${creditNoteOf(call).creditNoteId}`;
const AREA = 'invoices';

export const CREDIT_NOTE_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'CreditNotes', area: AREA, handle: listCreditNotes },
  { method: 'PUT', pattern: 'CreditNotes', area: AREA, handle: (call) => saveCreditNotes(call, createCreditNote) },
  { method: 'POST', pattern: 'CreditNotes', area: AREA, handle: (call) => saveCreditNotes(call, createOrUpdateCreditNote) },
  {
    method: 'GET',
    pattern: 'CreditNotes/{}',
    area: AREA,
    handle: (call) => envelope(call, 'CreditNotes', [creditNoteJson(contextOf(call), creditNoteOf(call), 'full')]),
  },
  { method: 'POST', pattern: 'CreditNotes/{}', area: AREA, handle: updateOne },
  ...ALLOCATION_ROUTES,
  { method: 'GET', pattern: 'CreditNotes/{}/History', area: AREA, handle: (call) => listHistory(call, subjectOf(call)) },
  { method: 'PUT', pattern: 'CreditNotes/{}/History', area: AREA, handle: (call) => addNotes(call, subjectOf(call)) },
];
