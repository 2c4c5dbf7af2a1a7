import type { AccountingCall } from '../api/call.ts';
import { textField, type Element } from '../api/fields.ts';
import { ElementInvalid, XeroProblem } from '../api/problems.ts';
import { ZERO_GUID } from '../core/guids.ts';
import { caseless, keyOf, type SandboxState } from '../core/state.ts';
import { addHistory } from '../settings/history.ts';
import { announce } from '../webhooks/events.ts';
import { withElement } from './contact-rules.ts';
import type { Contact } from './records.ts';

export const ARCHIVED_CONTACT =
  'The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the API.';

/** Who changes a contact, where and when: an API call or a Xero user. */
export interface Author {
  state: SandboxState;
  tenantId: string;
  userName: string;
  now: number;
}

export function authorOf(call: AccountingCall): Author {
  return { state: call.state, tenantId: call.organisation.tenantId, userName: call.app.name, now: call.now };
}

export function findContact(state: SandboxState, tenantId: string, contactId: string): Contact | undefined {
  return state.contacts.get(keyOf(tenantId, contactId.toLowerCase()));
}

/** The active contact of that name, if any. */
export function contactNamed(state: SandboxState, tenantId: string, name: string): Contact | undefined {
  return state.contacts.first('activeName', keyOf(tenantId, caseless(name)));
}

/** The contact with that ContactNumber, active ones first. */
export function contactNumbered(state: SandboxState, tenantId: string, number: string): Contact | undefined {
  const found = state.contacts.by('number', keyOf(tenantId, caseless(number)));
  return found.find(({ status }) => status === 'ACTIVE') ?? found[0];
}

/** A contact with nothing in it yet. */
export function blankContact(contactId: string, tenantId: string, now: number): Contact {
  return {
    contactId,
    tenantId,
    name: '',
    status: 'ACTIVE',
    texts: {},
    phones: {},
    addresses: {},
    persons: [],
    salesTerms: undefined,
    billsTerms: undefined,
    isCustomer: false,
    isSupplier: false,
    mergedTo: undefined,
    cis: undefined,
    created: now,
    updated: now,
  };
}

/** Names are unique over active contacts, contact and account numbers over all. */
function ensureUnique({ state, tenantId }: Author, contact: Contact): void {
  const others = (found: readonly Contact[]): boolean => found.some(({ contactId }) => contactId !== contact.contactId);
  const { ContactNumber, AccountNumber } = contact.texts;
  const messages = [
    ...(contact.status === 'ACTIVE' && others(state.contacts.by('activeName', keyOf(tenantId, caseless(contact.name))))
      ? [
          `The contact name ${contact.name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
        ]
      : []),
    ...(ContactNumber !== undefined && others(state.contacts.by('number', keyOf(tenantId, caseless(ContactNumber))))
      ? ['Another contact has this contact number. Please enter a different contact number.']
      : []),
    ...(AccountNumber !== undefined && others(state.contacts.by('accountNumber', keyOf(tenantId, caseless(AccountNumber))))
      ? ['The Account Number already exists. Please enter a different Account Number.']
      : []),
  ];
  if (messages.length > 0) throw new ElementInvalid(messages);
}

/** Saves a contact, writes its history and tells the subscribers. */
export function saveContact(author: Author, contact: Contact, change: 'CREATE' | 'UPDATE', details = ''): Contact {
  ensureUnique(author, contact);
  const { state, tenantId, userName, now } = author;
  state.contacts.put(contact);
  addHistory(state, now, `${tenantId}/Contacts/${contact.contactId}`, change === 'CREATE' ? 'Created' : 'Edited', userName, details);
  announce(state, now, { tenantId, category: 'CONTACT', type: change, path: 'Contacts', resourceId: contact.contactId });
  return contact;
}

/** Makes a contact from an element. A ContactID cannot be chosen by the client, so a sent one is ignored. */
export function createContact(author: Author, element: Element): Contact {
  if (textField(element, 'Name') === undefined) {
    throw new ElementInvalid([
      'The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber',
    ]);
  }
  const empty = blankContact(author.state.newGuid(), author.tenantId, author.now);
  return saveContact(author, withElement(empty, element, author.now), 'CREATE');
}

/** Applies an element to a contact through the API; archived contacts are refused, un-archiving too. */
export function updateContact(author: Author, held: Contact, element: Element): Contact {
  if (held.status !== 'ACTIVE') throw new ElementInvalid([ARCHIVED_CONTACT]);
  return saveContact(author, withElement(held, element, author.now), 'UPDATE');
}

/**
 * POST without an id in the path: by ContactID (unknown: 404 for the whole request), else by ContactNumber, else by Name the match is
 * UPDATED, else a contact is created.
 */
export function createOrUpdateContact(author: Author, element: Element): Contact {
  const { state, tenantId } = author;
  const contactId = textField(element, 'ContactID');
  if (contactId !== undefined && contactId !== '' && contactId !== ZERO_GUID) {
    const held = findContact(state, tenantId, contactId);
    if (held === undefined) throw XeroProblem.notFound();
    return updateContact(author, held, element);
  }
  const number = textField(element, 'ContactNumber');
  const name = textField(element, 'Name');
  const match =
    (number === undefined || number === '' ? undefined : contactNumbered(state, tenantId, number)) ??
    (name === undefined ? undefined : contactNamed(state, tenantId, name));
  return match === undefined ? createContact(author, element) : updateContact(author, match, element);
}
