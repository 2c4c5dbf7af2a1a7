import { z } from 'zod';
import { ElementInvalid } from '../api/problems.ts';
import { contactJson } from '../contacts/contact-json.ts';
import { withElement } from '../contacts/contact-rules.ts';
import { createContact, findContact, saveContact, type Author } from '../contacts/contact-writes.ts';
import type { Contact } from '../contacts/records.ts';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { keyOf } from '../core/state.ts';
import type { XeroUser } from '../identity/records.ts';
import { bodyOf, organisationOf, refuse, type Lever, type Pull } from './context.ts';

const ELEMENT = z.looseObject({ tenantId: z.string().optional(), user: z.string().optional() });
const TARGET = z.strictObject({ tenantId: z.string().optional(), user: z.string().optional() });

/** A person with a Xero login, named by e-mail or userId, by default the first one. */
export function userOf({ exchange: { state } }: Pull, named: string | undefined): XeroUser {
  const users = state.usersInOrder();
  const user = named === undefined ? users[0] : users.find(({ userId, email }) => userId === named || email === named);
  if (user === undefined) throw refuse(404, `There is no Xero user ${named ?? ''}.`);
  return user;
}

/** A person at work on contacts. */
function authorOf(pull: Pull, tenantId: string | undefined, named: string | undefined): Author {
  const { state, now } = pull.exchange;
  const { givenName, familyName } = userOf(pull, named);
  return { state, tenantId: organisationOf(pull, tenantId).tenantId, userName: `${givenName} ${familyName}`, now };
}

function contactOf({ state, tenantId }: Author, contactId: string): Contact {
  const contact = findContact(state, tenantId, contactId);
  if (contact === undefined) throw refuse(404, `There is no contact ${contactId} in this organisation.`);
  return contact;
}

/** What a person is told by Xero's screens becomes a 400 with the messages. */
function shown(work: () => Contact): SandboxAnswer {
  try {
    return jsonAnswer(200, contactJson(work(), 'full'));
  } catch (error) {
    if (error instanceof ElementInvalid) throw refuse(400, error.messages.join(' '));
    throw error;
  }
}

/** The loser's documents are shown under the winner; that changes none of them. */
function takeOverDocuments({ state, tenantId }: Author, from: string, to: string): void {
  for (const invoice of state.invoices.by('contact', keyOf(tenantId, from))) state.invoices.put({ ...invoice, contactId: to });
  for (const note of state.creditNotes.by('tenant', tenantId)) {
    if (note.contactId === from) state.creditNotes.put({ ...note, contactId: to });
  }
}

function merge(author: Author, loser: Contact, winner: Contact): Contact {
  if (loser.contactId === winner.contactId || loser.status !== 'ACTIVE' || winner.status !== 'ACTIVE')
    throw refuse(400, 'Merge an active contact into another active one.');
  saveContact(
    author,
    { ...loser, status: 'ARCHIVED', mergedTo: winner.contactId, updated: author.now },
    'UPDATE',
    `Merged into ${winner.name}`,
  );
  takeOverDocuments(author, loser.contactId, winner.contactId);
  const roles = { isCustomer: winner.isCustomer || loser.isCustomer, isSupplier: winner.isSupplier || loser.isSupplier };
  return saveContact(author, { ...winner, ...roles, updated: author.now }, 'UPDATE', `Merged with ${loser.name}`);
}

/** A lever on one contact: body `{ tenantId?, user? }` and what the schema adds. */
function onContact(action: string, does: string, change: (author: Author, contact: Contact, pull: Pull) => Contact): Lever {
  return {
    method: 'POST',
    pattern: `as-user/contacts/{}${action}`,
    does,
    pull: (pull) => {
      const { tenantId, user } = bodyOf(pull, ELEMENT);
      const author = authorOf(pull, tenantId, user);
      return shown(() => change(author, contactOf(author, pull.params[0] ?? ''), pull));
    },
  };
}

/** Acting as a person in Xero's own screens; every change raises webhooks. */
export const CONTACT_LEVERS: readonly Lever[] = [
  {
    method: 'POST',
    pattern: 'as-user/contacts',
    does: 'make a contact: { tenantId?, user?, Name, EmailAddress, Phones, Addresses … } as in the API',
    pull: (pull) => {
      const { tenantId, user, ...element } = bodyOf(pull, ELEMENT);
      return shown(() => createContact(authorOf(pull, tenantId, user), element));
    },
  },
  onContact('', 'edit a contact: the fields to change, as in the API', (author, contact, pull) => {
    const { tenantId: _tenant, user: _user, ...fields } = bodyOf(pull, ELEMENT);
    return saveContact(author, withElement(contact, fields, author.now), 'UPDATE');
  }),
  onContact('/archive', 'archive a contact', (author, contact) =>
    saveContact(author, { ...contact, status: 'ARCHIVED', updated: author.now }, 'UPDATE', 'Archived'),
  ),
  onContact('/restore', 'restore an archived contact (only possible in Xero itself)', (author, contact) =>
    saveContact(author, { ...contact, status: 'ACTIVE', mergedTo: undefined, updated: author.now }, 'UPDATE', 'Restored'),
  ),
  onContact('/cis', 'make the contact a CIS subcontractor of this organisation: { rate (percent), enabled? }', (author, contact, pull) => {
    const { rate, enabled } = bodyOf(pull, z.looseObject({ rate: z.number().min(0).max(100), enabled: z.boolean().default(true) }));
    return saveContact(author, { ...contact, cis: { enabled, rate }, updated: author.now }, 'UPDATE', 'CIS');
  }),
  onContact('/merge', 'merge a contact into another: { into }', (author, contact, pull) => {
    const { into } = bodyOf(pull, TARGET.extend({ into: z.string() }));
    return merge(author, contact, contactOf(author, into));
  }),
];
