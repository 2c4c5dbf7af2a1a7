import { textField, type Element } from '../api/fields.ts';
import { ElementInvalid } from '../api/problems.ts';
import { contactNamed, contactNumbered, createContact, findContact, updateContact, type Author } from '../contacts/contact-writes.ts';
import type { Contact } from '../contacts/records.ts';
import { ZERO_GUID } from '../core/guids.ts';
import { caseless } from '../core/state.ts';
import type { DocumentContext } from './context.ts';

export const CONTACT_NEEDED =
  'The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber';
export const ARCHIVED_ON_DOCUMENT =
  'The contact with the specified contact details has been archived. The contact must be un-archived before creating new invoices or credit notes.';
/** Fields that identify or are only shown; any other one changes the contact. */
const HARMLESS = new Set(['ContactID', 'ContactNumber', 'HasValidationErrors', 'ValidationErrors', 'ContactGroups']);

export function documentAuthor({ state, organisation, userName, now }: DocumentContext): Author {
  return { state, tenantId: organisation.tenantId, userName, now };
}

function found(author: Author, element: Element): Contact | undefined {
  const { state, tenantId } = author;
  const id = textField(element, 'ContactID');
  const number = textField(element, 'ContactNumber');
  const name = textField(element, 'Name');
  if (id !== undefined && id !== '' && id !== ZERO_GUID) {
    const contact = findContact(state, tenantId, id);
    if (contact === undefined) throw new ElementInvalid([`The contact with ContactID ${id} could not be found.`]);
    return contact;
  }
  if ((number ?? '') === '' && (name ?? '') === '') throw new ElementInvalid([CONTACT_NEEDED]);
  return (
    (number === undefined || number === '' ? undefined : contactNumbered(state, tenantId, number)) ??
    (name === undefined ? undefined : contactNamed(state, tenantId, name))
  );
}

/**
 * The contact of a document. A name that no active contact has makes a new contact; any detail besides the ids changes the contact and
 * removes the persons not listed.
 */
export function contactOfDocument(context: DocumentContext, element: Element): Contact {
  const author = documentAuthor(context);
  const contact = found(author, element);
  if (contact === undefined) return createContact(author, element);
  if (contact.status !== 'ACTIVE') throw new ElementInvalid([ARCHIVED_ON_DOCUMENT]);
  const isOwnName = (key: string): boolean => key === 'Name' && caseless(textField(element, 'Name') ?? '') === caseless(contact.name);
  const changes = Object.keys(element).filter((key) => !HARMLESS.has(key) && !isOwnName(key));
  return changes.length === 0 ? contact : updateContact(author, contact, { ...element, ContactPersons: element.ContactPersons ?? [] });
}

/** A first document makes a customer or supplier of the contact; that is no modification. */
export function noteRole({ state, organisation }: DocumentContext, contactId: string, role: 'isCustomer' | 'isSupplier'): void {
  const contact = findContact(state, organisation.tenantId, contactId);
  if (contact !== undefined && !contact[role]) state.contacts.put({ ...contact, [role]: true });
}
