import { fieldToAddress, normalisePostcode } from './address.ts';
import type { Contact } from './contact.ts';
import { normalisePhone } from './customer.ts';
import type { Fields } from './fields.ts';
import { normaliseName, suffixesFor, withSuffix, cleanName } from './names.ts';

/** The first meeting of a customer and a contact (B3). Pure. */

/** How an unlinked customer meets the contacts that Xero has. */
export type Meeting =
  | { readonly kind: 'adopt'; readonly contact: Contact; readonly by: 'contact-number' | 'email' | 'postcode-or-phone' | 'name' }
  | { readonly kind: 'create'; readonly nameSuffix: string | undefined }
  | { readonly kind: 'which-one'; readonly candidates: readonly Contact[] }
  | { readonly kind: 'archived'; readonly contact: Contact }
  | { readonly kind: 'merged'; readonly contact: Contact };

/** Contacts by what a meeting asks for: an organisation may have 10,000, and a page of a bulk run 500 customers that meet them. */
export interface KnownContacts {
  readonly byNumber: ReadonlyMap<string, readonly Contact[]>;
  /** By normalised name. */
  readonly byName: ReadonlyMap<string, readonly Contact[]>;
}

export function knownContacts(contacts: readonly Contact[]): KnownContacts {
  return {
    byNumber: Map.groupBy(contacts, (contact) => contact.contactNumber),
    byName: Map.groupBy(contacts, (contact) => normaliseName(contact.name)),
  };
}

export interface MeetingInput {
  readonly gesId: string;
  readonly ges: Fields;
  /** Every contact that may be the one, archived included; more do no harm. */
  readonly contacts: KnownContacts;
  /** ContactIDs that belong to another GES customer already: one contact is one customer (B1). */
  readonly taken: Pick<ReadonlySet<string>, 'has'>;
  /** Names that are about to be given to other new contacts, normalised. */
  readonly namesInUse: ReadonlySet<string>;
  /** Is there another GES customer of the same normalised name? Asked only when the name alone would decide. */
  readonly nameIsUniqueInGes: boolean;
}

/** Contacts that have the customer's number or its name: the only ones that a meeting looks at more closely. */
export function possibleContacts({ contacts, gesId, ges }: Pick<MeetingInput, 'contacts' | 'gesId' | 'ges'>): readonly Contact[] {
  return [...(contacts.byNumber.get(gesId) ?? []), ...namesakesOf(contacts, ges)];
}

function namesakesOf(contacts: KnownContacts, ges: Fields): readonly Contact[] {
  const name = normaliseName(ges['name'] ?? '');
  return name === '' ? [] : (contacts.byName.get(name) ?? []);
}

/**
 * B3, in its order: `ContactNumber` is our id → same e-mail and same normalised name → same normalised name and same postcode or
 * phone → same normalised name, unique on both sides, with nothing to contradict it. Several candidates: a person chooses.
 * The same name but contradicted is a different person, created with a suffix. Where a contact that was merged away (B6) or that belongs to
 * another customer has our number, a person must look: Xero gives a number to no second contact.
 */
export function meet(input: MeetingInput): Meeting {
  const isFree = (contact: Contact): boolean => !input.taken.has(contact.contactId) && contact.mergedTo === undefined;
  const numbered = input.contacts.byNumber.get(input.gesId) ?? [];
  const ours = numbered.filter(isFree);
  if (ours.length > 0) return decide(ours, 'contact-number');
  const merged = numbered.find((contact) => contact.mergedTo !== undefined);
  if (merged !== undefined) return { kind: 'merged', contact: merged };
  if (numbered.length > 0) return { kind: 'which-one', candidates: numbered };

  const namesakes = namesakesOf(input.contacts, input.ges).filter(isFree);

  const sameEmail = namesakes.filter((contact) => matchesEmail(contact, input.ges));
  if (sameEmail.length > 0) return decide(sameEmail, 'email');
  const samePlace = namesakes.filter((contact) => matchesPostcodeOrPhone(contact, input.ges));
  if (samePlace.length > 0) return decide(samePlace, 'postcode-or-phone');
  const active = namesakes.filter((contact) => contact.status === 'ACTIVE');
  if (active.some((contact) => !contradicts(contact, input.ges))) {
    return active.length === 1 && input.nameIsUniqueInGes ? decide(active, 'name') : { kind: 'which-one', candidates: active };
  }
  return { kind: 'create', nameSuffix: freeSuffix(input) };
}

/** Would the name alone decide, so that it must be known whether the name is unique in GES? */
export function needsNameCensus(input: Omit<MeetingInput, 'nameIsUniqueInGes'>): boolean {
  const ifUnique = meet({ ...input, nameIsUniqueInGes: true });
  return ifUnique.kind === 'adopt' && ifUnique.by === 'name';
}

/**
 * The first suffix (none, then postcode, then GES id: B3) that makes the name free among active contacts and names in use.
 * Xero holds names of active contacts to be unique whatever their case.
 */
function freeSuffix(input: MeetingInput): string | undefined {
  const isUsed = (name: string): boolean => {
    const normalised = normaliseName(name);
    const namesakes = input.contacts.byName.get(normalised) ?? [];
    return input.namesInUse.has(normalised) || namesakes.some((contact) => contact.status === 'ACTIVE');
  };
  const name = cleanName(input.ges['name'] ?? '');
  if (!isUsed(name)) return undefined;
  const suffixes = suffixesFor(fieldToAddress(input.ges['billingAddress'] ?? '').postcode, input.gesId);
  return suffixes.find((suffix) => !isUsed(withSuffix(name, suffix))) ?? suffixes.at(-1);
}

/** One candidate is adopted (archived: a person must restore it first, B5); active ones go before archived ones; several: a person chooses. */
function decide(candidates: readonly Contact[], by: (Meeting & { kind: 'adopt' })['by']): Meeting {
  const active = candidates.filter((contact) => contact.status === 'ACTIVE');
  const [first, ...others] = active.length > 0 ? active : candidates;
  if (first === undefined || others.length > 0) return { kind: 'which-one', candidates };
  return first.status === 'ACTIVE' ? { kind: 'adopt', contact: first, by } : { kind: 'archived', contact: first };
}

function matchesEmail(contact: Contact, ges: Fields): boolean {
  return contact.email !== '' && contact.email.trim().toLowerCase() === (ges['email'] ?? '').toLowerCase();
}

function matchesPostcodeOrPhone(contact: Contact, ges: Fields): boolean {
  const postcode = postcodeOf(ges);
  const samePostcode = postcode !== '' && normalisePostcode(contact.billingAddress.postcode) === postcode;
  const theirs = phonesOf(contact);
  return samePostcode || phonesOf({ phone: ges['phone'] ?? '', mobile: ges['mobile'] ?? '' }).some((phone) => theirs.includes(phone));
}

/** Nothing to contradict: no e-mail, phone or postcode on one side. Only reached when none of them agrees. */
function contradicts(contact: Contact, ges: Fields): boolean {
  const theirsIsBare = contact.email === '' && phonesOf(contact).length === 0 && contact.billingAddress.postcode.trim() === '';
  const oursIsBare = (ges['email'] ?? '') === '' && (ges['phone'] ?? '') === '' && (ges['mobile'] ?? '') === '' && postcodeOf(ges) === '';
  return !theirsIsBare && !oursIsBare;
}

function postcodeOf(ges: Fields): string {
  return normalisePostcode(fieldToAddress(ges['billingAddress'] ?? '').postcode);
}

function phonesOf(holder: { readonly phone: string; readonly mobile: string }): readonly string[] {
  return [holder.phone, holder.mobile].map(normalisePhone).filter((phone) => phone !== '');
}
