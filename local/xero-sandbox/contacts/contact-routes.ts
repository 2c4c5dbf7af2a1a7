import { saveBatch } from '../api/batches.ts';
import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { elementsOf } from '../api/fields.ts';
import { flag, listedGuids, pageOf, parameter, select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import { isGuid } from '../core/guids.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { folded } from '../core/state.ts';
import { addNotes, listHistory } from '../settings/history.ts';
import { balancesOf } from './balances.ts';
import { CONTACT_FIELDS, contactEcho, contactJson } from './contact-json.ts';
import { authorOf, contactNumbered, createContact, createOrUpdateContact, findContact, updateContact } from './contact-writes.ts';
import type { Contact } from './records.ts';

const SEARCHED = ['FirstName', 'LastName', 'ContactNumber', 'CompanyNumber', 'EmailAddress'] as const;

function searches(contact: Contact, term: string): boolean {
  return folded(contact.name).includes(term) || SEARCHED.some((field) => folded(contact.texts[field] ?? '').includes(term));
}

/** GET /Contacts. Unpaged lists hold no archived contacts and fewer fields. */
function listContacts(call: AccountingCall): SandboxAnswer {
  const query = call.url.searchParams;
  const ids = listedGuids(query, 'IDs');
  const term = parameter(query, 'searchTerm');
  const search = term === undefined ? undefined : folded(term.trim());
  const summary = flag(query, 'summaryOnly');
  const paged = summary || pageOf(query, false) !== undefined;
  const withArchived = flag(query, 'includeArchived');
  const { tenantId } = call.organisation;
  const rows =
    ids === undefined ? call.state.contacts.by('tenant', tenantId) : [...ids].flatMap((id) => findContact(call.state, tenantId, id) ?? []);
  const { rows: found, pagination } = select({
    rows,
    query,
    headers: call.request.headers,
    fields: CONTACT_FIELDS,
    updatedOf: (contact) => contact.updated,
    idOf: (contact) => contact.contactId,
    filter: (contact) => (withArchived || contact.status === 'ACTIVE') && (search === undefined || searches(contact, search)),
    paged: summary,
  });
  const detail = summary ? 'summary' : paged ? 'full' : 'list';
  return envelope(
    call,
    'Contacts',
    found.map((contact) => contactJson(contact, detail, detail === 'full' ? balancesOf(call.state, contact, call.now) : undefined)),
    pagination,
  );
}

/** GET /Contacts/{ContactID or ContactNumber}: all there is, balances too. */
function getContact(call: AccountingCall): SandboxAnswer {
  const contact = contactOf(call);
  return envelope(call, 'Contacts', [contactJson(contact, 'full', balancesOf(call.state, contact, call.now))]);
}

/** The contact of the path, by ContactID or ContactNumber; 404 when there is none. */
function contactOf(call: AccountingCall): Contact {
  const named = call.params[0] ?? '';
  const { tenantId } = call.organisation;
  const found = isGuid(named) ? findContact(call.state, tenantId, named) : contactNumbered(call.state, tenantId, named);
  if (found === undefined) throw XeroProblem.notFound();
  return found;
}

const subjectOf = (call: AccountingCall): string => `${call.organisation.tenantId}/Contacts/${contactOf(call).contactId}`;

function saveContacts(call: AccountingCall, save: typeof createContact): SandboxAnswer {
  return saveBatch(call, elementsOf(call.request.body, 'Contacts'), {
    plural: 'Contacts',
    errorFlag: 'HasValidationErrors',
    save: (element) => contactJson(save(authorOf(call), element), 'full'),
    echo: contactEcho,
  });
}

/** POST /Contacts/{ContactID}: updates that one, whatever ContactID the body holds. */
function updateOne(call: AccountingCall): SandboxAnswer {
  const held = contactOf(call);
  const elements = elementsOf(call.request.body, 'Contacts');
  return saveBatch(call, elements.slice(0, 1), {
    plural: 'Contacts',
    errorFlag: 'HasValidationErrors',
    save: (element) => contactJson(updateContact(authorOf(call), held, element), 'full'),
    echo: (element) => contactEcho({ ...element, ContactID: held.contactId }),
  });
}

/** GET /Contacts/{ContactID}/CISSettings: 404 when the contact never was a CIS subcontractor. */
function cisSettings(call: AccountingCall): SandboxAnswer {
  const { cis } = contactOf(call);
  if (cis === undefined) throw XeroProblem.notFound();
  return envelope(call, 'CISSettings', [{ CISEnabled: cis.enabled, Rate: cis.rate }]);
}

export const CONTACT_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'Contacts', area: 'contacts', handle: listContacts },
  { method: 'PUT', pattern: 'Contacts', area: 'contacts', handle: (call) => saveContacts(call, createContact) },
  { method: 'POST', pattern: 'Contacts', area: 'contacts', handle: (call) => saveContacts(call, createOrUpdateContact) },
  {
    method: 'GET',
    pattern: 'Contacts/{}',
    area: 'contacts',
    handle: getContact,
  },
  { method: 'POST', pattern: 'Contacts/{}', area: 'contacts', handle: updateOne },
  { method: 'GET', pattern: 'Contacts/{}/CISSettings', area: 'settings', handle: cisSettings },
  { method: 'GET', pattern: 'Contacts/{}/History', area: 'contacts', handle: (call) => listHistory(call, subjectOf(call)) },
  { method: 'PUT', pattern: 'Contacts/{}/History', area: 'contacts', handle: (call) => addNotes(call, subjectOf(call)) },
];
