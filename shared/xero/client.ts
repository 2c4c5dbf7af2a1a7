import type { Contact as XeroContact } from 'xero-node/dist/gen/model/accounting/contact.js';
import type { Contacts } from 'xero-node/dist/gen/model/accounting/contacts.js';
import type { Contact, ContactPatch } from '../domain/contact.ts';
import { chunks } from '../sync/concurrency.ts';
import { RetryFailure } from '../sync/errors.ts';
import type { ElementAnswer, XeroBooks } from '../sync/ports.ts';
import { createApiCaller, type ApiCaller, type XeroAccess } from './apiCaller.ts';
import { toContact, toXeroContact } from './contactMapping.ts';

const IDS_A_CALL = 100;
const SEARCH_PAGE_SIZE = 100;
const PAGE_SIZE = 1_000;
/** How often a list that moves under our feet is read again before giving up. */
const PASSES = 3;

/** Named arguments for xero-node's long positional signature, which changes between majors (xero-facts §10). */
interface ContactQuery {
  readonly modifiedSince?: Date;
  readonly ids?: readonly string[];
  readonly searchTerm?: string;
  readonly page: number;
  readonly pageSize: number;
}

/** One page, archived contacts included. Only paged reads tell MergedToContactID (xero-facts §5). */
function getContacts(call: ApiCaller, query: ContactQuery): Promise<Contacts> {
  const { modifiedSince, ids, searchTerm, page, pageSize } = query;
  return call<Contacts>({
    operation: 'GET Contacts',
    kind: 'read',
    notModified: { contacts: [] },
    send: (api, tenantId) =>
      api.getContacts(tenantId, modifiedSince, undefined, undefined, ids && [...ids], page, true, undefined, searchTerm, pageSize),
  });
}

/** A 200 with HTML in it resolves with the array missing (xero-facts §10). */
function contactsOf(body: Contacts, operation: string): readonly XeroContact[] {
  if (body.contacts === undefined) throw new RetryFailure(`Xero's answer to ${operation} is no list of contacts`, 'server-error');
  return body.contacts;
}

/** A 200 never proves success: each element says for itself (xero-facts §6). */
function elementAnswer(element: XeroContact): ElementAnswer<Contact> {
  const messages = (element.validationErrors ?? []).map(({ message }) => message ?? '').filter((message) => message !== '');
  const record = toContact(element);
  const refused =
    messages.length > 0 || element.hasValidationErrors === true || element.statusAttributeString === 'ERROR' || record.contactId === '';
  if (!refused) return { ok: true, record };
  return { ok: false, messages: messages.length > 0 ? messages : ['Xero refused this contact without giving a reason.'] };
}

/** An answer that is not about the element sent would link the wrong customer: better to look again. */
function isAbout(sent: ContactPatch & { readonly contactId?: string }, answer: ElementAnswer<Contact>): boolean {
  if (!answer.ok) return true;
  if (sent.contactId !== undefined) return answer.record.contactId.toLowerCase() === sent.contactId.toLowerCase();
  return sent.contactNumber === undefined || answer.record.contactNumber === sent.contactNumber;
}

function answersInOrder(
  body: Contacts,
  sent: readonly (ContactPatch & { readonly contactId?: string })[],
  operation: string,
): readonly ElementAnswer<Contact>[] {
  const answers = contactsOf(body, operation).map(elementAnswer);
  const fits = answers.length === sent.length && answers.every((answer, index) => isAbout(sent[index] ?? {}, answer));
  if (!fits) throw new RetryFailure(`Xero's answer to ${operation} does not match what was sent`, 'server-error');
  return answers;
}

/**
 * Every contact modified since. The order is by time of change, so a contact edited meanwhile moves to the end and another
 * slips unread from one page to the page before: fewer contacts than Xero counts means read again.
 */
async function readAllContacts(call: ApiCaller, modifiedSince: Date | undefined): Promise<readonly Contact[]> {
  const found = new Map<string, Contact>();
  for (let pass = 0; pass < PASSES; pass += 1) {
    let expected = 0;
    for (let page = 1, last = false; !last; page += 1) {
      const body = await getContacts(call, { ...(modifiedSince && { modifiedSince }), page, pageSize: PAGE_SIZE });
      const contacts = contactsOf(body, 'GET Contacts').map(toContact);
      for (const contact of contacts) found.set(contact.contactId, contact);
      expected = body.pagination?.itemCount ?? found.size;
      last = body.pagination?.pageCount === undefined ? contacts.length < PAGE_SIZE : page >= body.pagination.pageCount;
    }
    if (found.size >= expected) return [...found.values()];
  }
  throw new RetryFailure('Contacts in Xero kept changing while they were read', 'lost-answer');
}

/** Contacts of one organisation through xero-node. See XeroBooks for what each method does, calls and throws. */
export function createXeroBooks(access: XeroAccess): XeroBooks {
  const call = createApiCaller(access);

  return {
    async contactsByIds(ids) {
      const bodies = await Promise.all(
        chunks(ids, IDS_A_CALL).map((chunk) => getContacts(call, { ids: chunk, page: 1, pageSize: IDS_A_CALL })),
      );
      return bodies.flatMap((body) => contactsOf(body, 'GET Contacts')).map(toContact);
    },

    async searchContacts(term) {
      const body = await getContacts(call, { searchTerm: term, page: 1, pageSize: SEARCH_PAGE_SIZE });
      return contactsOf(body, 'GET Contacts').map(toContact);
    },

    allContacts: (modifiedSince) => readAllContacts(call, modifiedSince === undefined ? undefined : new Date(modifiedSince)),

    async createContacts(elements, idempotencyKey) {
      const operation = 'PUT Contacts';
      const contacts = elements.map(toXeroContact);
      const body = await call<Contacts>({
        operation,
        kind: 'write',
        send: (api, tenantId) => api.createContacts(tenantId, { contacts }, false, idempotencyKey),
      });
      return answersInOrder(body, elements, operation);
    },

    async updateContacts(elements, idempotencyKey) {
      const operation = 'POST Contacts';
      const contacts = elements.map(toXeroContact);
      const body = await call<Contacts>({
        operation,
        kind: 'write',
        send: (api, tenantId) => api.updateOrCreateContacts(tenantId, { contacts }, false, idempotencyKey),
      });
      return answersInOrder(body, elements, operation);
    },
  };
}
