import { saveBatch } from '../api/batches.ts';
import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { elementsOf } from '../api/fields.ts';
import { flag, listed, listedGuids, pageOf, parameter, select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import { isGuid } from '../core/guids.ts';
import { answer, type SandboxAnswer } from '../core/messages.ts';
import { folded } from '../core/state.ts';
import { contextOf } from '../documents/call-context.ts';
import { addNotes, listHistory } from '../settings/history.ts';
import { findContact } from '../contacts/contact-writes.ts';
import { invoiceFields, invoiceJson } from './invoice-json.ts';
import { salesInvoiceNumbered } from './invoice-numbers.ts';
import { createInvoice, createOrUpdateInvoice, findInvoice, invoiceEcho, updateInvoice } from './invoice-writes.ts';
import type { Invoice } from './records.ts';

/** The filters of GET /Invoices besides where: IDs, InvoiceNumbers, ContactIDs, Statuses, createdByMyApp, searchTerm. */
function filterOf(call: AccountingCall): (invoice: Invoice) => boolean {
  const query = call.url.searchParams;
  const numbers = listed(query, 'InvoiceNumbers');
  const contactIds = listedGuids(query, 'ContactIDs');
  const statuses = listed(query, 'Statuses');
  const ownOnly = flag(query, 'createdByMyApp');
  const term = parameter(query, 'searchTerm');
  const search = term === undefined || term.trim() === '' ? undefined : folded(term.trim());
  const texts = (invoice: Invoice): (string | undefined)[] => [
    invoice.number,
    invoice.reference,
    findContact(call.state, invoice.tenantId, invoice.contactId)?.name,
  ];
  return (invoice) =>
    (numbers === undefined || numbers.has((invoice.number ?? '').toLowerCase())) &&
    (contactIds === undefined || contactIds.has(invoice.contactId)) &&
    (statuses === undefined || statuses.has(invoice.status.toLowerCase())) &&
    (!ownOnly || invoice.madeBy === call.app.clientId) &&
    (search === undefined || texts(invoice).some((text) => folded(text ?? '').includes(search)));
}

function listInvoices(call: AccountingCall): SandboxAnswer {
  const query = call.url.searchParams;
  const ids = listedGuids(query, 'IDs');
  const summary = flag(query, 'summaryOnly');
  const paged = summary || pageOf(query, false) !== undefined;
  const { tenantId } = call.organisation;
  const rows =
    ids === undefined ? call.state.invoices.by('tenant', tenantId) : [...ids].flatMap((id) => findInvoice(call.state, tenantId, id) ?? []);
  const { rows: found, pagination } = select({
    rows,
    query,
    headers: call.request.headers,
    fields: invoiceFields(call.state),
    updatedOf: (invoice) => invoice.updated,
    idOf: (invoice) => invoice.invoiceId,
    filter: filterOf(call),
    paged: summary,
  });
  const detail = summary ? 'summary' : paged ? 'page' : 'list';
  const shown = contextOf(call);
  return envelope(
    call,
    'Invoices',
    found.map((invoice) => invoiceJson(shown, invoice, detail)),
    pagination,
  );
}

/** The invoice of the path, by InvoiceID or InvoiceNumber; 404 when there is none. */
function invoiceOf(call: AccountingCall): Invoice {
  const named = call.params[0] ?? '';
  const found = isGuid(named) ? findInvoice(call.state, call.organisation.tenantId, named) : salesInvoiceNumbered(call, named);
  if (found === undefined) throw XeroProblem.notFound();
  return found;
}

const subjectOf = (call: AccountingCall): string => `${call.organisation.tenantId}/Invoices/${invoiceOf(call).invoiceId}`;

function saveInvoices(call: AccountingCall, save: typeof createInvoice): SandboxAnswer {
  const context = contextOf(call);
  return saveBatch(call, elementsOf(call.request.body, 'Invoices'), {
    plural: 'Invoices',
    errorFlag: 'HasErrors',
    save: (element) => invoiceJson(context, save(context, element), 'full'),
    echo: invoiceEcho,
  });
}

function updateOne(call: AccountingCall): SandboxAnswer {
  const context = contextOf(call);
  const held = invoiceOf(call);
  return saveBatch(call, elementsOf(call.request.body, 'Invoices').slice(0, 1), {
    plural: 'Invoices',
    errorFlag: 'HasErrors',
    save: (element) => invoiceJson(context, updateInvoice(context, held, element), 'full'),
    echo: (element) => invoiceEcho({ ...element, InvoiceID: held.invoiceId }),
  });
}

/** GET /Invoices/{id}/OnlineInvoice: only approved sales invoices have one. */
function onlineInvoice(call: AccountingCall): SandboxAnswer {
  const { type, status, invoiceId } = invoiceOf(call);
  if (type !== 'ACCREC' || !['AUTHORISED', 'PAID'].includes(status)) throw XeroProblem.notFound();
  return envelope(call, 'OnlineInvoices', [{ OnlineInvoiceUrl: `https://in.xero.com/${invoiceId}` }]);
}

/** POST /Invoices/{id}/Email: 204; demo companies cannot send mail. */
function email(call: AccountingCall): SandboxAnswer {
  const invoice = invoiceOf(call);
  const contact = findContact(call.state, invoice.tenantId, invoice.contactId);
  if (call.organisation.isDemoCompany) throw XeroProblem.validation('Emails cannot be sent from the demo company.');
  if (!['SUBMITTED', 'AUTHORISED', 'PAID'].includes(invoice.status)) throw XeroProblem.validation('Draft invoices cannot be emailed.');
  if ((contact?.texts.EmailAddress ?? '') === '') throw XeroProblem.validation('The contact has no email address.');
  call.state.invoices.put({ ...invoice, sentToContact: true });
  return answer(204, {}, '');
}

const AREA = 'invoices';

export const INVOICE_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'Invoices', area: AREA, handle: listInvoices },
  { method: 'PUT', pattern: 'Invoices', area: AREA, handle: (call) => saveInvoices(call, createInvoice) },
  { method: 'POST', pattern: 'Invoices', area: AREA, handle: (call) => saveInvoices(call, createOrUpdateInvoice) },
  {
    method: 'GET',
    pattern: 'Invoices/{}',
    area: AREA,
    handle: (call) => envelope(call, 'Invoices', [invoiceJson(contextOf(call), invoiceOf(call), 'full')]),
  },
  { method: 'POST', pattern: 'Invoices/{}', area: AREA, handle: updateOne },
  { method: 'GET', pattern: 'Invoices/{}/OnlineInvoice', area: AREA, handle: onlineInvoice },
  { method: 'POST', pattern: 'Invoices/{}/Email', area: AREA, handle: email },
  { method: 'GET', pattern: 'Invoices/{}/History', area: AREA, handle: (call) => listHistory(call, subjectOf(call)) },
  { method: 'PUT', pattern: 'Invoices/{}/History', area: AREA, handle: (call) => addNotes(call, subjectOf(call)) },
];
