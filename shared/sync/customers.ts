import { addressToField, fieldToAddress } from '../domain/address.ts';
import type { Contact, ContactPatch } from '../domain/contact.ts';
import { contactFields, customerFields, toCustomerPatch } from '../domain/customer.ts';
import { decideLinked, decideUnlinked, withNameSuffix, withoutRefusedEmail } from '../domain/customer-policy.ts';
import type { ActDecision } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import { knownContacts, needsNameCensus, possibleContacts } from '../domain/matching.ts';
import { cleanName, normaliseName, searchTermFor, suffixesFor, withSuffix } from '../domain/names.ts';
import { contactArchived, contactMissing, nameTaken, refusedByXero } from '../domain/problems.ts';
import type { GesCustomer } from '../domain/records.ts';
import { refusalCode } from '../domain/xero-refusals.ts';
import { chunks } from './concurrency.ts';
import { contactsInQuestion, IDS_A_CALL, noteContacts } from './directory.ts';
import type { Decided, Entity, Loaded } from './entity.ts';
import { GES_PAGE, readByIds } from './ges-reads.ts';
import { guarded } from './guarded.ts';
import { winnersOf } from './merges.ts';
import type { Pass } from './pass.ts';
import type { GesPage } from './platform-port.ts';

/** Up to this many unlinked customers are looked up by one query each; more through the directory (B3). */
const SEARCH_EACH_UP_TO = 10;
/** A search that answers this many may have left some out. */
const SEARCH_ANSWERS_AT_MOST = 100;

type LoadedCustomer = Loaded<GesCustomer, Contact>;
type DecidedCustomer = Decided<Contact, ContactPatch>;

/** Customers ↔ contacts: what a pass must know about them. The policy itself is in `domain/customer-policy.ts`. */
export const customers: Entity<GesCustomer, Contact, ContactPatch> = {
  type: 'customer',
  ges: {
    fields: customerFields,
    read: (pass, gesIds) => readByIds(pass, 'customer', gesIds, (query) => pass.ges.listCustomers(query)),
    write: (pass, gesId, revision, patch) => pass.ges.patchCustomer(gesId, revision, toCustomerPatch(patch)),
  },
  xero: {
    id: (contact) => contact.contactId,
    fields: contactFields,
    fieldsAfter,
    asBase: (fields) => fields,
    isMadeBy: (contact, intent) => contact.contactNumber === intent.id,
    /** A merged contact is answered by the one that it ended in (B6). */
    async read(pass, xeroIds) {
      const found = new Map<string, Contact>();
      for (const ids of chunks([...new Set(xeroIds)], IDS_A_CALL))
        for (const contact of await pass.books.contactsByIds(ids)) found.set(contact.contactId, contact);
      return new Map([...found, ...(await winnersOf(pass, [...found.values()]))]);
    },
    changedSince: async (pass, since) => (await pass.feeds.contacts(since)).items,
    async create(pass, elements, key) {
      const answers = await pass.books.createContacts(elements, key);
      noteContacts(
        pass,
        answers.flatMap((answer) => (answer.ok ? answer.record : [])),
      );
      return answers;
    },
    update: (pass, elements, key) =>
      pass.books.updateContacts(
        elements.map(({ xeroId, element }) => ({ ...element, contactId: xeroId })),
        key,
      ),
  },
  policy: {
    deletionInGes: 'stays-in-xero',
    async decide(pass, records, thorough) {
      const isLinked = ({ link }: LoadedCustomer): boolean => link?.xeroId !== undefined;
      const holders = await holdersOfWinners(pass, records);
      const linked = records.filter(isLinked).map((record) => {
        const winner = winnerOf(record);
        const holder = winner === undefined ? undefined : holders.get(winner);
        // Whoever comes first has it: the next one that was merged into it shares it (B6).
        if (winner !== undefined && holder === undefined) holders.set(winner, record.link?.sharedWith ?? record.work.gesId);
        return [record.work.gesId, { decision: guarded(pass.log, record.work, () => decideOne(record, holder)) }] as const;
      });
      const unlinked = await decideNew(
        pass,
        records.filter((record) => !isLinked(record)),
        thorough,
      );
      return new Map<string, DecidedCustomer>([...linked, ...unlinked]);
    },
    refused,
    checkAgreed: () => undefined,
  },
};

function decideOne({ link, base, ges, xero }: LoadedCustomer, holder: string | undefined): DecidedCustomer['decision'] {
  if (link === undefined || xero === undefined) return { kind: 'attention', problem: contactMissing() };
  return decideLinked(link, { ges: base?.ges ?? {}, xero: base?.xero ?? {} }, ges.fields, xero, holder);
}

/** The contact that the one of the link was merged into, where it was. */
function winnerOf({ link, xero }: LoadedCustomer): string | undefined {
  return link?.xeroId === undefined || xero?.contactId === link.xeroId ? undefined : xero?.contactId;
}

/** ContactID → GES id of its customer, for contacts that others were merged into (B6). One table read, none where nobody was merged. */
async function holdersOfWinners(pass: Pass, records: readonly LoadedCustomer[]): Promise<Map<string, string>> {
  const winners = records.flatMap((record) => winnerOf(record) ?? []);
  return winners.length === 0 ? new Map() : new Map(await pass.deps.records.findAliases(pass.scope, 'customer', [...new Set(winners)]));
}

/**
 * Unlinked customers meet Xero's contacts (B3). Xero calls: one search each for up to 10 customers, else (or when `thorough`) those of the
 * directory; one per 40 contacts that a possible one was merged into (B6). GES calls: only where a name alone would decide, one per 500 customers, to know that the name is unique there.
 */
async function decideNew(pass: Pass, records: readonly LoadedCustomer[], thorough: boolean): Promise<ReadonlyMap<string, DecidedCustomer>> {
  const decided = new Map<string, DecidedCustomer>();
  if (records.length === 0) return decided;
  const contacts = knownContacts(await contactsFor(pass, records, thorough));
  const possible = new Map(
    records.map(({ work, ges }) => [work.gesId, possibleContacts({ contacts, gesId: work.gesId, ges: ges.fields })]),
  );
  const winners = await winnersOf(pass, [...possible.values()].flat());
  const contactIds = [...[...possible.values()].flat(), ...winners.values()].map((contact) => contact.contactId);
  /** ContactID → the customer it belongs to. */
  const holders = new Map(await pass.deps.records.findAliases(pass.scope, 'customer', contactIds));
  const namesInUse = new Set<string>();
  let census: ReadonlyMap<string, number> | undefined;
  for (const { work, ges } of records) {
    const customer = ges.snapshot;
    if (customer === undefined) throw new Error(`customer ${work.gesId} has no snapshot to create from`);
    const taken = { has: (contactId: string): boolean => (holders.get(contactId) ?? work.gesId) !== work.gesId };
    const input = { contacts, winners, taken, namesInUse };
    let nameIsUniqueInGes = true;
    if (needsNameCensus({ ...input, gesId: work.gesId, ges: ges.fields })) {
      census ??= await nameCensus(pass);
      nameIsUniqueInGes = (census.get(normaliseName(customer.name)) ?? 0) <= 1;
    }
    const decision = guarded(pass.log, work, () =>
      decideUnlinked(customer, { ...input, nameIsUniqueInGes }, (contactId) => holders.get(contactId)),
    );
    const adopted = decision.kind === 'act' ? decision.xeroId : undefined;
    const xero = [...(possible.get(work.gesId) ?? []), ...winners.values()].find((contact) => contact.contactId === adopted);
    if (xero !== undefined && !holders.has(xero.contactId)) holders.set(xero.contactId, work.gesId);
    if (decision.kind === 'act' && decision.xero.op === 'create') namesInUse.add(normaliseName(decision.xero.element.name ?? ''));
    decided.set(work.gesId, { decision, ...(xero === undefined ? {} : { xero }) });
  }
  return decided;
}

async function contactsFor(pass: Pass, records: readonly LoadedCustomer[], thorough: boolean): Promise<readonly Contact[]> {
  const terms = new Set(records.map(({ ges }) => searchTermFor(ges.fields['name'] ?? '')));
  // What searches find is kept by nobody: where a minute has fewer calls, they would be begun again for ever.
  const searchesAtMost = Math.min(SEARCH_EACH_UP_TO, Math.floor(pass.budget.callsAMinute() / 2));
  if (thorough || records.length > searchesAtMost || terms.has(undefined)) return throughDirectory(pass, records, thorough);
  const found = new Map<string, Contact>();
  for (const term of terms) {
    const answer = term === undefined ? [] : await pass.books.searchContacts(term);
    if (answer.length >= SEARCH_ANSWERS_AT_MOST) return throughDirectory(pass, records, thorough);
    for (const contact of answer) found.set(contact.contactId, contact);
  }
  return [...found.values()];
}

/** Every name that one of these customers may get in Xero counts: with a suffix, too, it must be free. */
function throughDirectory(pass: Pass, records: readonly LoadedCustomer[], thorough: boolean): Promise<readonly Contact[]> {
  const numbers = records.map(({ work }) => work.gesId);
  const names = records.flatMap(({ work, ges }) => {
    const name = ges.fields['name'] ?? '';
    const suffixes = suffixesFor(fieldToAddress(ges.fields['billingAddress'] ?? '').postcode, work.gesId);
    return [name, cleanName(name), ...suffixes.map((suffix) => withSuffix(cleanName(name), suffix))].map(normaliseName);
  });
  return contactsInQuestion(pass, { numbers, names: names.filter((name) => name !== '') }, thorough);
}

/** How many GES customers have each normalised name. */
async function nameCensus(pass: Pass): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let cursor: string | null = null;
  do {
    const page: GesPage<GesCustomer> = await pass.ges.listCustomers({ limit: GES_PAGE, ...(cursor === null ? {} : { cursor }) });
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
 * decided again with everything known, the rest needs a person.
 */
function refused(record: LoadedCustomer, decision: ActDecision<ContactPatch>, messages: readonly string[], thorough: boolean) {
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
    default:
  }
  return { kind: 'attention', problem: refusedByXero(messages) } as const;
}

function fieldsAfter(element: ContactPatch): Fields {
  const { name = '', firstName = '', lastName = '', email = '', phone = '', mobile = '', vatNumber = '', billingAddress } = element;
  const address = billingAddress === undefined ? '' : addressToField(billingAddress);
  return { name, firstName, lastName, email, phone, mobile, vatNumber, billingAddress: address };
}
