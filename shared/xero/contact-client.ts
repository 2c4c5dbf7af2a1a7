import type { Contact as XeroContact } from 'xero-node/dist/gen/model/accounting/contact.js';
import type { Contacts } from 'xero-node/dist/gen/model/accounting/contacts.js';
import type { Contact, ContactPatch } from '../domain/contact.ts';
import type { XeroBooks } from '../sync/books-port.ts';
import type { ApiCall, ApiCaller } from './api-caller.ts';
import { toContact, toXeroContact } from './contact-mapping.ts';
import { answersInOrder, listOf, sameId, type ElementReading } from './element-answers.ts';
import { BY_CHANGE, fittingTerm, listsForCalls, PAGE_SIZE, readFeedPage } from './paged-reads.ts';

const SEARCH_PAGE_SIZE = 100;
const GET = 'GET Contacts';

type SentContact = ContactPatch & { readonly contactId?: string };

/** Named arguments for xero-node's long positional signature, which changes between majors. */
interface ContactQuery {
  readonly modifiedSince?: Date;
  readonly order?: string;
  readonly ids?: readonly string[];
  readonly searchTerm?: string;
  readonly page: number;
  readonly pageSize: number;
}

/** One page, archived contacts included. Only paged reads tell MergedToContactID. */
function getContacts(query: ContactQuery): ApiCall<Contacts> {
  const { modifiedSince, order, ids, searchTerm, page, pageSize } = query;
  return {
    operation: GET,
    kind: 'read',
    isList: true,
    notModified: { contacts: [] },
    send: (api, tenantId) =>
      api.getContacts(tenantId, modifiedSince, undefined, order, ids && [...ids], page, true, undefined, searchTerm, pageSize),
  };
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

export type ContactBooks = Pick<XeroBooks, 'contactsByIds' | 'searchContacts' | 'contactFeed' | 'createContacts' | 'updateContacts'>;

/** Contacts through xero-node. See XeroBooks for what each method does, calls and throws. */
export function createContactBooks(call: ApiCaller): ContactBooks {
  return {
    async contactsByIds(ids) {
      const bodies = await Promise.all(listsForCalls(ids).map((list) => call(getContacts({ ids: list, page: 1, pageSize: list.length }))));
      return bodies.flatMap(contactsOf);
    },

    async searchContacts(term) {
      return contactsOf(await call(getContacts({ searchTerm: fittingTerm(term), page: 1, pageSize: SEARCH_PAGE_SIZE })));
    },

    contactFeed: (since, page) =>
      readFeedPage(
        call,
        getContacts({ ...(since > 0 ? { modifiedSince: new Date(since) } : {}), order: BY_CHANGE, page, pageSize: PAGE_SIZE }),
        contactsOf,
      ),

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
