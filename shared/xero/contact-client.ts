import type { Contact as XeroContact } from 'xero-node/dist/gen/model/accounting/contact.js';
import type { Contacts } from 'xero-node/dist/gen/model/accounting/contacts.js';
import type { Contact, ContactPatch } from '../domain/contact.ts';
import type { XeroBooks } from '../sync/ports.ts';
import type { ApiCaller } from './api-caller.ts';
import { toContact, toXeroContact } from './contact-mapping.ts';
import { answersInOrder, listOf, sameId, type ElementReading } from './element-answers.ts';
import { PAGE_SIZE, fittingTerm, listsForCalls, readEveryPage } from './paged-reads.ts';

const SEARCH_PAGE_SIZE = 100;
const GET = 'GET Contacts';

type SentContact = ContactPatch & { readonly contactId?: string };

/** Named arguments for xero-node's long positional signature, which changes between majors. */
interface ContactQuery {
  readonly modifiedSince?: Date;
  readonly ids?: readonly string[];
  readonly searchTerm?: string;
  readonly page: number;
  readonly pageSize: number;
}

/** One page, archived contacts included. Only paged reads tell MergedToContactID. */
function getContacts(call: ApiCaller, query: ContactQuery): Promise<Contacts> {
  const { modifiedSince, ids, searchTerm, page, pageSize } = query;
  return call<Contacts>({
    operation: GET,
    kind: 'read',
    isList: true,
    notModified: { contacts: [] },
    send: (api, tenantId) =>
      api.getContacts(tenantId, modifiedSince, undefined, undefined, ids && [...ids], page, true, undefined, searchTerm, pageSize),
  });
}

const contactsOf = (body: Contacts): readonly Contact[] => listOf(body.contacts, GET).map(toContact);

const reading = (operation: string): ElementReading<XeroContact, SentContact, Contact> => ({
  operation,
  noun: 'contact',
  idOf: (element) => element.contactID,
  toRecord: toContact,
  isAbout(sent, contact) {
    if (sent.contactId !== undefined) return sameId(contact.contactId, sent.contactId);
    return sent.contactNumber === undefined || contact.contactNumber === sent.contactNumber;
  },
});

/** Contacts through xero-node. See XeroBooks for what each method does, calls and throws. */
export function createContactBooks(call: ApiCaller): XeroBooks {
  return {
    async contactsByIds(ids) {
      const bodies = await Promise.all(listsForCalls(ids).map((list) => getContacts(call, { ids: list, page: 1, pageSize: list.length })));
      return bodies.flatMap(contactsOf);
    },

    async searchContacts(term) {
      return contactsOf(await getContacts(call, { searchTerm: fittingTerm(term), page: 1, pageSize: SEARCH_PAGE_SIZE }));
    },

    allContacts(modifiedSince) {
      const since = modifiedSince === undefined ? {} : { modifiedSince: new Date(modifiedSince) };
      return readEveryPage(
        'Contacts',
        (contact) => contact.contactId,
        async (page) => {
          const body = await getContacts(call, { ...since, page, pageSize: PAGE_SIZE });
          return { items: contactsOf(body), pagination: body.pagination };
        },
      );
    },

    async createContacts(elements, idempotencyKey) {
      const operation = 'PUT Contacts';
      const contacts = elements.map(toXeroContact);
      const body = await call<Contacts>({
        operation,
        kind: 'write',
        send: (api, tenantId) => api.createContacts(tenantId, { contacts }, false, idempotencyKey),
      });
      return answersInOrder(body.contacts, elements, reading(operation));
    },

    async updateContacts(elements, idempotencyKey) {
      const operation = 'POST Contacts';
      const contacts = elements.map(toXeroContact);
      const body = await call<Contacts>({
        operation,
        kind: 'write',
        send: (api, tenantId) => api.updateOrCreateContacts(tenantId, { contacts }, false, idempotencyKey),
      });
      return answersInOrder(body.contacts, elements, reading(operation));
    },
  };
}
