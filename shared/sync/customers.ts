import type { Contact, ContactPatch } from '../domain/contact.ts';
import { contactFields, customerFields, toCustomerPatch } from '../domain/customer.ts';
import { addressToField } from '../domain/address.ts';
import { decideLinked, decideUnlinked, withNameSuffix, withoutRefusedEmail } from '../domain/customer-policy.ts';
import type { ActDecision } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import { knownContacts, needsNameCensus, possibleContacts } from '../domain/matching.ts';
import { normaliseName, searchTermFor, suffixesFor } from '../domain/names.ts';
import { contactArchived, contactMissing, nameTaken, refusedByXero } from '../domain/problems.ts';
import type { GesCustomer } from '../domain/records.ts';
import { refusalCode } from '../domain/xero-refusals.ts';
import { fieldToAddress } from '../domain/address.ts';
import { chunks } from './concurrency.ts';
import type { Pass } from './deps.ts';
import type { Decided, Driver, Ready } from './driver.ts';
import { GES_PAGE, readByIds } from './ges-reads.ts';
import type { GesPage } from './ports.ts';
import { guarded } from './guarded.ts';

/** Up to this many unlinked customers are looked up by one query each; more by one paged read of all contacts (B3). */
const SEARCH_EACH_UP_TO = 10;
/** A search that answers this many may have left some out. */
const SEARCH_ANSWERS_AT_MOST = 100;
/** Most ids in one read of Xero. */
const XERO_IDS = 100;

type CustomerReady = Ready<GesCustomer, Contact>;
type CustomerDecided = Decided<Contact, ContactPatch>;

/** Customers ↔ contacts: what the drain must know about them. The policy itself is in `domain/customer-policy.ts`. */
export const customers: Driver<GesCustomer, Contact, ContactPatch> = {
  type: 'customer',
  whenDeletedInGes: 'stays-in-xero',
  parseSnapshot: (snapshot) => snapshot as GesCustomer,
  revisionOf: (ges) => ges.revision,
  gesFields: customerFields,
  xeroFields: contactFields,
  xeroId: (contact) => contact.contactId,
  xeroUpdatedAt: (contact) => contact.updatedAt,
  sentFields,
  isMadeBy: (contact, intent) => contact.contactNumber === intent.id,

  readGes: (pass, gesIds) => readByIds(pass, 'customer', gesIds, (query) => pass.deps.ges.listCustomers(pass.scope.accountId, query)),
  async readXero(pass, xeroIds) {
    const found = new Map<string, Contact>();
    for (const ids of chunks(xeroIds, XERO_IDS)) {
      for (const contact of await pass.books.contactsByIds(ids)) found.set(contact.contactId, contact);
    }
    return found;
  },
  readXeroSince: (pass, since) => pass.books.allContacts(since),

  async decide(pass, records, thorough) {
    const linked = records.filter((record) => record.link?.xeroId !== undefined);
    const unlinked = records.filter((record) => record.link?.xeroId === undefined);
    const decided = new Map(
      linked.map(
        (record) => [record.work.gesId, { decision: guarded(pass.log, record.work, () => decideOne(record)) }] as [string, CustomerDecided],
      ),
    );
    for (const [gesId, decision] of await decideNew(pass, unlinked, thorough)) decided.set(gesId, decision);
    return decided;
  },
  refused,

  deleteInGes: async () => ({ outcome: 'gone' }),
  writeGes: (pass, gesId, revision, patch) => pass.deps.ges.patchCustomer(pass.scope.accountId, gesId, revision, toCustomerPatch(patch)),
  create: (pass, elements, key) => pass.books.createContacts(elements, key),
  update: (pass, elements, key) =>
    pass.books.updateContacts(
      elements.map(({ xeroId, element }) => ({ ...element, contactId: xeroId })),
      key,
    ),
};

function decideOne({ link, base, ges, xero }: CustomerReady): CustomerDecided['decision'] {
  if (link === undefined || xero === undefined) return { kind: 'attention', problem: contactMissing() };
  return decideLinked(link, { ges: base?.ges ?? {}, xero: base?.xero ?? {}, version: base?.version ?? 0 }, ges.fields, xero);
}

/**
 * Unlinked customers meet Xero's contacts (B3). Xero calls: one search each for up to 10 customers, else (or when `thorough`) one per
 * 1,000 contacts. GES calls: only where a name alone would decide, one per 500 customers, to know that the name is unique there.
 */
async function decideNew(pass: Pass, records: readonly CustomerReady[], thorough: boolean): Promise<ReadonlyMap<string, CustomerDecided>> {
  const decided = new Map<string, CustomerDecided>();
  if (records.length === 0) return decided;
  const contacts = knownContacts(await contactsFor(pass, records, thorough));
  const possible = new Map(
    records.map(({ work, ges }) => [work.gesId, possibleContacts({ contacts, gesId: work.gesId, ges: ges.fields })]),
  );
  const contactIds = [...possible.values()].flat().map((contact) => contact.contactId);
  /** ContactID → the customer it belongs to. After a crash between alias and link that may be the very customer in question. */
  const holders = new Map(await pass.deps.links.findAliases(pass.scope, 'customer', contactIds));
  const namesInUse = new Set<string>();
  let census: ReadonlyMap<string, number> | undefined;
  for (const { work, ges } of records) {
    const customer = ges.snapshot;
    if (customer === undefined) throw new Error(`customer ${work.gesId} has no snapshot to create from`);
    const taken = { has: (contactId: string): boolean => (holders.get(contactId) ?? work.gesId) !== work.gesId };
    const input = { contacts, taken, namesInUse };
    let nameIsUniqueInGes = true;
    if (needsNameCensus({ ...input, gesId: work.gesId, ges: ges.fields })) {
      census ??= await nameCensus(pass);
      nameIsUniqueInGes = (census.get(normaliseName(customer.name)) ?? 0) <= 1;
    }
    const decision = guarded(pass.log, work, () => decideUnlinked(customer, { ...input, nameIsUniqueInGes }));
    const adopted = decision.kind === 'act' ? decision.xeroId : undefined;
    const xero = possible.get(work.gesId)?.find((contact) => contact.contactId === adopted);
    if (xero !== undefined) holders.set(xero.contactId, work.gesId);
    if (decision.kind === 'act' && decision.xero.op === 'create') namesInUse.add(normaliseName(decision.xero.element.name ?? ''));
    decided.set(work.gesId, { decision, ...(xero === undefined ? {} : { xero }) });
  }
  return decided;
}

async function contactsFor(pass: Pass, records: readonly CustomerReady[], thorough: boolean): Promise<readonly Contact[]> {
  const terms = new Set(records.map(({ ges }) => searchTermFor(ges.fields['name'] ?? '')));
  if (thorough || records.length > SEARCH_EACH_UP_TO || terms.has(undefined)) return pass.books.allContacts();
  const found = new Map<string, Contact>();
  for (const term of terms) {
    const answer = term === undefined ? [] : await pass.books.searchContacts(term);
    if (answer.length >= SEARCH_ANSWERS_AT_MOST) return pass.books.allContacts();
    for (const contact of answer) found.set(contact.contactId, contact);
  }
  return [...found.values()];
}

/** How many GES customers have each normalised name. */
async function nameCensus(pass: Pass): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let cursor: string | null = null;
  do {
    const page: GesPage<GesCustomer> = await pass.deps.ges.listCustomers(pass.scope.accountId, {
      limit: GES_PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const customer of page.items) {
      const name = normaliseName(customer.name);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return counts;
}

/**
 * Xero refused a contact: an e-mail that it does not take is left out (B8), a name that is taken gets a suffix (B3), what Xero knows better is
 * looked at again, the rest needs a person.
 */
function refused(record: CustomerReady, decision: ActDecision<ContactPatch>, messages: readonly string[], thorough: boolean) {
  const withoutEmail = withoutRefusedEmail(decision, messages, record.xero?.email ?? '');
  if (withoutEmail !== undefined) return withoutEmail;
  const name = record.ges.fields['name'] ?? '';
  switch (refusalCode(messages)) {
    case 'name-taken': {
      if (decision.xero.op === 'create' && !thorough) return 'decide-again';
      const suffixes = suffixesFor(fieldToAddress(record.ges.fields['billingAddress'] ?? '').postcode, record.work.gesId);
      const next = suffixes[decision.nameSuffix === undefined ? 0 : suffixes.indexOf(decision.nameSuffix) + 1];
      if (next !== undefined) return withNameSuffix(decision, record.ges.fields, next);
      return { kind: 'attention', problem: nameTaken(name, messages.join(' · ')) } as const;
    }
    case 'contact-number-taken':
      if (decision.xero.op === 'create' && !thorough) return 'decide-again';
      break;
    case 'contact-archived':
      return { kind: 'attention', problem: { ...contactArchived(name), detail: messages.join(' · ') } } as const;
    case 'number-taken':
    case 'period-locked':
    case 'plan-limit':
    case 'other':
  }
  return { kind: 'attention', problem: refusedByXero(messages) } as const;
}

function sentFields(element: ContactPatch): Fields {
  const { name = '', firstName = '', lastName = '', email = '', phone = '', mobile = '', vatNumber = '', billingAddress } = element;
  const address = billingAddress === undefined ? '' : addressToField(billingAddress);
  return { name, firstName, lastName, email, phone, mobile, vatNumber, billingAddress: address };
}
