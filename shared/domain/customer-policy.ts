import { addressToField, fieldToAddress, isSendableCountry } from './address.ts';
import type { Contact, ContactPatch } from './contact.ts';
import { contactFields, customerFields, customerRules, customerWarnings, hasUsableName, newContact, toContactPatch } from './customer.ts';
import { quietAct, type ActDecision, type Decision, type Note } from './decision.ts';
import type { Fields, Patch } from './fields.ts';
import type { Base, Link } from './link.ts';
import { meet, type Meeting, type MeetingInput } from './matching.ts';
import { cleanName, suffixesFor, withSuffix } from './names.ts';
import { contactArchived, contactIsSupplier, contactMerged, contactShared, unusableName, whichOne } from './problems.ts';
import { adopt, reconcile } from './reconcile.ts';
import type { GesCustomer } from './records.ts';
import { refusalCode } from './xero-refusals.ts';

/** What must happen to one customer (sync-policy B1–B6, B8, E1, E2). Pure. */

/** On the link until somebody confirms it: found by its name alone, so that nothing was filled in (B3). */
export const MATCHED_BY_NAME = 'matched-by-name';
/** The mark of a link whose contact is archived in Xero while nothing is to be sent to it (B5). */
export const CONTACT_ARCHIVED = 'contact-archived';

/**
 * A customer that is linked: base, both sides, three-way merge. `contact`: where its own was merged away, the one that it ended in (B6).
 * `holder`: GES id of the customer that this one belongs to.
 */
export function decideLinked(link: Link, base: Base, ges: Fields, contact: Contact, holder?: string): Decision<ContactPatch> {
  const name = ges['name'] ?? '';
  if (contact.mergedTo !== undefined) return { kind: 'attention', problem: contactMerged(name) };
  const owner = holder ?? link.sharedWith;
  if (owner !== undefined && owner !== link.gesId) return share(ges, contact, owner);
  if (contact.contactId !== link.xeroId) return followMerge(link, ges, contact);
  const nameSuffix = link.nameSuffix ?? (isNameOurs(base, ges, contact) ? suffixIn(contact.name, link.gesId, ges) : undefined);
  const merge = reconcile(customerRules(nameSuffix), base, { ges, xero: contactFields(contact) });
  const tellsXero = Object.keys(merge.toXero).length > 0;
  if (tellsXero && contact.status !== 'ACTIVE') return { kind: 'attention', problem: contactArchived(name) };
  if (!hasUsableName(ges) && merge.toGes['name'] === undefined) return { kind: 'attention', problem: unusableName() };
  return {
    ...nothingToDo({ ...ges, ...merge.toGes }, nameSuffix),
    warnings: [...customerWarnings({ ...ges, ...merge.toGes }), ...marksOf(link, contact)],
    notes: archivingNotes(base, ges),
    xeroId: contact.contactId,
    xero: tellsXero ? { op: 'update', xeroId: contact.contactId, element: toContactPatch(merge.toXero) } : { op: 'none' },
    changedInXero: Object.keys(merge.toXero),
    toGes: withOwnCountry(merge.toGes, ges),
    conflicts: merge.conflicts,
  };
}

/** Does its contact take nothing at present (B5)? */
export function isArchivedInXero(link: Link | undefined): boolean {
  return link?.warnings?.includes(CONTACT_ARCHIVED) === true || link?.problem?.code === CONTACT_ARCHIVED;
}

/** A match by name alone stays doubtful, a contact archived is shown as such (B3, B5). */
function marksOf({ warnings = [] }: Link, contact: Contact): readonly string[] {
  return [...warnings.filter((warning) => warning === MATCHED_BY_NAME), ...(contact.status === 'ACTIVE' ? [] : [CONTACT_ARCHIVED])];
}

/** B5: what GES calls deleted can be restored there, and Xero's API restores nothing: its contact is left as it is. */
function archivingNotes(base: Base, ges: Fields): readonly Note[] {
  if ((base.ges['archived'] ?? '') === (ges['archived'] ?? '')) return [];
  const text = 'in Gas Engineer Software. The contact in Xero stays as it is.';
  return ges['archived'] === undefined
    ? [{ code: 'restored-in-ges', text: `Restored ${text}` }]
    : [{ code: 'archived-in-ges', text: `Archived ${text}` }];
}

/** B6: its contact was merged into one that nobody has; they meet like two that never met, but the loser keeps its ContactNumber. */
function followMerge({ gesId }: Link, ges: Fields, contact: Contact): Decision<ContactPatch> {
  if (contact.status !== 'ACTIVE') return { kind: 'attention', problem: contactArchived(ges['name'] ?? '') };
  return adoptContact(gesId, ges, contact, 'merge');
}

/** B6: its contact was merged into another customer's: its invoices go there, its details stay here. */
function share(ges: Fields, contact: Contact, owner: string): Decision<ContactPatch> {
  return {
    ...quietAct(),
    xeroId: contact.contactId,
    sharedWith: owner,
    problem: contactShared(ges['name'] ?? '', contact.name, owner),
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
export function decideUnlinked(
  customer: GesCustomer,
  input: Omit<MeetingInput, 'gesId' | 'ges'>,
  /** GES id of the customer that a contact belongs to. */
  holderOf: (contactId: string) => string | undefined,
): Decision<ContactPatch> {
  const ges = customerFields(customer);
  if (!hasUsableName(ges)) return { kind: 'attention', problem: unusableName() };
  const meeting = meet({ ...input, gesId: customer.id, ges });
  switch (meeting.kind) {
    case 'which-one':
      return { kind: 'attention', problem: whichOne(customer.name, meeting.candidates) };
    case 'supplier':
      return { kind: 'attention', problem: contactIsSupplier(customer.name, meeting.candidates) };
    case 'follow': {
      const holder = holderOf(meeting.contact.contactId) ?? customer.id;
      if (holder !== customer.id) return share(ges, meeting.contact, holder);
      return adoptContact(customer.id, ges, meeting.contact, 'merge');
    }
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
      return adoptContact(customer.id, ges, meeting.contact, meeting.by);
  }
}

type AdoptedBy = (Meeting & { kind: 'adopt' })['by'] | 'merge';

/**
 * Adoption fills empty fields only; differing values stay and are listed once (B3). An empty ContactNumber becomes our id (B1), unless a contact
 * that was merged away has it. By name alone nothing is filled on either side.
 */
function adoptContact(gesId: string, ges: Fields, contact: Contact, by: AdoptedBy): ActDecision<ContactPatch> {
  const nameSuffix = contact.contactNumber === gesId ? suffixIn(contact.name, gesId, ges) : undefined;
  const meeting = adopt(customerRules(nameSuffix), { ges, xero: contactFields(contact) });
  const adoption = by === 'name' ? { ...meeting, toXero: {}, toGes: {} } : meeting;
  const mayNumber = contact.contactNumber === '' && by !== 'name' && by !== 'merge';
  const number: ContactPatch = mayNumber ? { contactNumber: gesId } : {};
  const element = { ...toContactPatch(adoption.toXero), ...number };
  return {
    ...nothingToDo({ ...ges, ...adoption.toGes }, nameSuffix),
    ...(by === 'name' ? { warnings: [...customerWarnings(ges), MATCHED_BY_NAME] } : {}),
    xeroId: contact.contactId,
    xero: Object.keys(element).length > 0 ? { op: 'update', xeroId: contact.contactId, element } : { op: 'none' },
    changedInXero: Object.keys(adoption.toXero),
    toGes: adoption.toGes,
    notes: [
      {
        code: by === 'merge' ? 'merged-in-xero' : 'adopted',
        text:
          by === 'merge'
            ? `Its contact was merged in Xero into ${contact.name}, which takes its place.`
            : `Linked to the Xero contact ${contact.name}, which was there already (found by ${by.replaceAll('-', ' ')}).`,
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
  if (xero.op === 'none' || refusalCode(messages) !== 'email') return undefined;
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
