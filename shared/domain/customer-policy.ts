import { addressToField, fieldToAddress, isSendableCountry } from './address.ts';
import type { Contact, ContactPatch } from './contact.ts';
import { contactFields, customerFields, customerRules, customerWarnings, hasUsableName, newContact, toContactPatch } from './customer.ts';
import { quietAct, type ActDecision, type Decision, type Note } from './decision.ts';
import type { Fields, Patch } from './fields.ts';
import type { Base, Link } from './link.ts';
import { meet, type MeetingInput } from './matching.ts';
import { cleanName, suffixesFor, withSuffix } from './names.ts';
import { contactArchived, contactMerged, unusableName, whichOne } from './problems.ts';
import { adopt, reconcile } from './reconcile.ts';
import type { GesCustomer } from './records.ts';

/** What must happen to one customer (sync-policy B1–B4, B8, E1, E2). Pure. */

/** A customer that is linked: base, both sides, three-way merge. */
export function decideLinked(link: Link, base: Base, ges: Fields, contact: Contact): Decision<ContactPatch> {
  const name = ges['name'] ?? '';
  if (contact.mergedTo !== undefined) return { kind: 'attention', problem: contactMerged(name) };
  const nameSuffix = link.nameSuffix ?? (isNameOurs(base, ges, contact) ? suffixIn(contact.name, link.gesId, ges) : undefined);
  const merge = reconcile(customerRules(nameSuffix), base, { ges, xero: contactFields(contact) });
  const tellsXero = Object.keys(merge.toXero).length > 0;
  if (tellsXero && contact.status !== 'ACTIVE') return { kind: 'attention', problem: contactArchived(name) };
  if (!hasUsableName(ges) && merge.toGes['name'] === undefined) return { kind: 'attention', problem: unusableName() };
  return {
    ...nothingToDo({ ...ges, ...merge.toGes }, nameSuffix),
    xeroId: contact.contactId,
    xero: tellsXero ? { op: 'update', xeroId: contact.contactId, element: toContactPatch(merge.toXero) } : { op: 'none' },
    changedInXero: Object.keys(merge.toXero),
    toGes: withOwnCountry(merge.toGes, ges),
    conflicts: merge.conflicts,
  };
}

/** A country that was left out on the way to Xero (B8) is not lost when the address was edited there. */
function withOwnCountry(toGes: Patch, ges: Fields): Patch {
  const address = toGes['billingAddress'];
  if (address === undefined) return toGes;
  const { country } = fieldToAddress(ges['billingAddress'] ?? '');
  const edited = fieldToAddress(address);
  if (isSendableCountry(country) || edited.country !== '') return toGes;
  return { ...toGes, billingAddress: addressToField({ ...edited, country }) };
}

/** A customer that has no link yet: it meets a contact that exists, or becomes a new one (B1, B3). */
export function decideUnlinked(customer: GesCustomer, input: Omit<MeetingInput, 'gesId' | 'ges'>): Decision<ContactPatch> {
  const ges = customerFields(customer);
  if (!hasUsableName(ges)) return { kind: 'attention', problem: unusableName() };
  const meeting = meet({ ...input, gesId: customer.id, ges });
  switch (meeting.kind) {
    case 'which-one':
      return { kind: 'attention', problem: whichOne(customer.name, meeting.candidates) };
    case 'archived':
      return { kind: 'attention', problem: contactArchived(customer.name) };
    case 'merged':
      return { kind: 'attention', problem: contactMerged(customer.name) };
    case 'create':
      return {
        ...nothingToDo(ges, meeting.nameSuffix),
        xero: { op: 'create', element: newContact(customer.id, ges, meeting.nameSuffix) },
        notes: meeting.nameSuffix === undefined ? [] : [suffixNote(meeting.nameSuffix)],
      };
    case 'adopt':
      return adoptContact(customer, ges, meeting.contact, meeting.by);
  }
}

/** Adoption fills empty fields only; differing values stay and are listed once (B3). An empty ContactNumber becomes our id (B1). */
function adoptContact(customer: GesCustomer, ges: Fields, contact: Contact, by: string): ActDecision<ContactPatch> {
  const nameSuffix = contact.contactNumber === customer.id ? suffixIn(contact.name, customer.id, ges) : undefined;
  const adoption = adopt(customerRules(nameSuffix), { ges, xero: contactFields(contact) });
  const number: ContactPatch = contact.contactNumber === '' ? { contactNumber: customer.id } : {};
  const element = { ...toContactPatch(adoption.toXero), ...number };
  return {
    ...nothingToDo({ ...ges, ...adoption.toGes }, nameSuffix),
    xeroId: contact.contactId,
    xero: Object.keys(element).length > 0 ? { op: 'update', xeroId: contact.contactId, element } : { op: 'none' },
    changedInXero: Object.keys(adoption.toXero),
    toGes: adoption.toGes,
    notes: [
      {
        code: 'adopted',
        text: `Linked to the Xero contact ${contact.name}, which was there already (found by ${by.replaceAll('-', ' ')}).`,
        details: { by, differing: differences(adoption.differing, ges, contactFields(contact)) },
      },
    ],
  };
}

/**
 * The suffix in the name of a contact of ours, told by the name itself: a crash may have come before the link could remember it, and it
 * must not return to GES all the same (B4).
 */
function suffixIn(contactName: string, gesId: string, ges: Fields): string | undefined {
  const name = cleanName(ges['name'] ?? '');
  const { postcode } = fieldToAddress(ges['billingAddress'] ?? '');
  return suffixesFor(postcode, gesId).find((suffix) => contactName === withSuffix(name, suffix));
}

/** The name in Xero is what we gave it: both sides agreed on it, or a rename was on its way. Else a person has changed it there. */
function isNameOurs(base: Base, ges: Fields, contact: Contact): boolean {
  return base.xero['name'] === contact.name || base.ges['name'] !== ges['name'];
}

/** A rename that Xero refused because the name is taken: the same change with the suffix appended (B3). */
export function withNameSuffix(decision: ActDecision<ContactPatch>, ges: Fields, suffix: string): ActDecision<ContactPatch> {
  const name = customerRules(suffix)['name']?.toXero(ges['name'] ?? '');
  if (decision.xero.op === 'none' || name === undefined) return decision;
  return {
    ...decision,
    xero: { ...decision.xero, element: { ...decision.xero.element, name } },
    nameSuffix: suffix,
    notes: [...decision.notes, suffixNote(suffix)],
  };
}

/** Xero's words for an e-mail that is none. */
const EMAIL_REFUSED = /email address must be valid/i;

/**
 * What Xero refused because of its e-mail, once more without it (B8): `held` is the one that Xero has and keeps. Undefined when the e-mail
 * was not the reason.
 */
export function withoutRefusedEmail(
  decision: ActDecision<ContactPatch>,
  messages: readonly string[],
  held: string,
): ActDecision<ContactPatch> | undefined {
  const { xero } = decision;
  if (xero.op === 'none' || !messages.some((message) => EMAIL_REFUSED.test(message))) return undefined;
  const { email, ...rest } = xero.element;
  if (email === undefined || email === held) return undefined;
  const element = xero.op === 'create' ? rest : { ...rest, email: held };
  return { ...decision, xero: { ...xero, element }, warnings: [...decision.warnings, 'field-not-sent:email'] };
}

function nothingToDo(gesAfter: Fields, nameSuffix: string | undefined): ActDecision<ContactPatch> {
  return {
    ...quietAct(),
    warnings: customerWarnings(gesAfter),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
  };
}

function differences(fields: readonly string[], ges: Fields, xero: Fields): Readonly<Record<string, { ges: string; xero: string }>> {
  return Object.fromEntries(fields.map((field) => [field, { ges: ges[field] ?? '', xero: xero[field] ?? '' }]));
}

function suffixNote(suffix: string): Note {
  return { code: 'name-suffix', text: `Xero has another contact of this name, so${suffix} was added to it there.` };
}
