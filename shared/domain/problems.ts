import type { Contact } from './contact.ts';
import type { Problem } from './records.ts';

/** Every problem that only a person can solve: a stable code, one plain sentence, what to do (F1). */

/** B5: Xero's API restores nobody, and a second contact of the same name would bar the way back. */
export const RESTORE_CONTACT =
  'Restore the contact in Xero (Contacts, Archived); what waits for it goes by itself then. If you would rather have a new contact, ask support for one: the archived one can then not be restored under its name.';

export function whichOne(name: string, candidates: readonly Contact[]): Problem {
  return {
    code: 'which-contact',
    message: `Which one is it? Xero has ${candidates.length === 1 ? 'a contact that may be' : `${candidates.length} contacts that may be`} ${name}.`,
    fix: 'Give this customer and the right contact in Xero the same e-mail address or postcode, then save the customer again.',
    candidates: candidates.map((contact) => contact.contactId),
  };
}

export function contactArchived(name: string): Problem {
  return {
    code: 'contact-archived',
    message: `The contact ${name} is archived in Xero, and Xero does not let us change archived contacts.`,
    fix: RESTORE_CONTACT,
  };
}

export function contactMerged(name: string): Problem {
  return {
    code: 'contact-merged',
    message: `The contact ${name} was merged into another contact in Xero.`,
    fix: 'Check in Xero which contact is right. Changes to this customer are not sent to Xero meanwhile.',
  };
}

/** B6. `earlier`: id of the customer whose details the contact follows. */
export function contactShared(name: string, contactName: string, earlier: string): Problem {
  return {
    code: 'contact-shared',
    message: `The contact ${name} was merged in Xero into ${contactName}, which another customer has already. Invoices of both go to it; its details follow customer ${earlier} only.`,
    fix: 'If it is one customer, use the other one here from now on. If these are two, give this one a contact of its own: contact support.',
  };
}

/** B3: a contact that is only a supplier never matches by itself. */
export function contactIsSupplier(name: string, candidates: readonly Contact[]): Problem {
  return {
    code: 'contact-is-supplier',
    message: `Xero has a contact that may be ${name}, but it is only a supplier there.`,
    fix: 'If it is the same firm, enter an invoice to it in Xero once, which makes it a customer there too. If not, change the name of this customer. Then save the customer again.',
    candidates: candidates.map((contact) => contact.contactId),
  };
}

export function contactMissing(): Problem {
  return {
    code: 'contact-missing',
    message: 'Xero no longer has the contact that this customer is linked to.',
    fix: 'Contact support to link this customer again.',
  };
}

export function unusableName(): Problem {
  return {
    code: 'name-unusable',
    message: 'This customer has no name that Xero would take.',
    fix: 'Give the customer a name with at least one letter or digit, then save it again.',
  };
}

export function nameTaken(name: string, detail: string): Problem {
  return {
    code: 'name-taken',
    message: `Xero already has another contact called ${name}.`,
    fix: 'Change the name of this customer or of the contact in Xero, then save the customer again.',
    detail,
  };
}

/** Xero said no in words that we do not know: its own text is kept as detail only. */
export function refusedByXero(messages: readonly string[]): Problem {
  return {
    code: 'refused-by-xero',
    message: 'Xero did not accept this record.',
    fix: 'Read what Xero says, correct the record in Gas Engineer Software and save it again. If that does not help, contact support.',
    detail: messages.join(' · '),
  };
}

/** Our own code, or what it remembers, is at odds with the record (F2). `detail`: for support. */
export function unexpectedRecord(detail: string): Problem {
  const message = 'Something about this record is not as expected, so it was left alone on both sides.';
  return { code: 'unexpected', message, fix: 'Contact support.', detail };
}
