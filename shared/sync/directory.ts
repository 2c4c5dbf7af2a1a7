import type { Contact } from '../domain/contact.ts';
import { normaliseName } from '../domain/names.ts';
import { chunks } from './concurrency.ts';
import { readFeed } from './feed.ts';
import type { DirectoryEntry, DirectoryState } from './knowledge-port.ts';
import type { Pass } from './pass.ts';

/** Most ids in one read of Xero. */
export const IDS_A_CALL = 40;
/** Contacts kept in memory: some megabytes. */
const SEEN_AT_MOST = 5_000;
/** Grows when names are normalised differently: the digests of an older one mean nothing any more. */
const NORMALISATION = 1;

/** What is to be looked for: contacts that carry one of these numbers, or one of these names (normalised). */
export interface Question {
  readonly numbers: readonly string[];
  readonly names: readonly string[];
}

/** What a drain keeps in memory between its passes: contacts it has seen need not be read again, and nor need the directory. */
export interface DirectoryMemory {
  directory?: DirectoryState;
  /** By ContactID, as the feed showed them in this drain; never more than some thousand. */
  readonly seen: Map<string, Contact>;
}

export function emptyMemory(): DirectoryMemory {
  return { seen: new Map() };
}

/**
 * The contacts that may be one of those asked for, archived ones included, from the directory of all contacts: digests tell which, and those
 * are read by id, unless they came by in this drain. The directory is read once a drain, or `anew` where Xero knows better: what it has not
 * shown is refused by Xero itself, for names and numbers are unique there. Xero calls: one for what changed since the last time (60 the first
 * time for 60,000 contacts), and one per 40 contacts in question.
 */
export async function contactsInQuestion(pass: Pass, question: Question, anew: boolean): Promise<readonly Contact[]> {
  const { seen, directory: known } = pass.memory;
  const directory = known === undefined || anew ? await currentDirectory(pass, (contacts) => see(seen, contacts)) : known;
  const names = new Set(question.names.map((name) => digestOfName(pass, name)));
  const numbers = new Set(question.numbers.map((number) => digestOfNumber(pass, number)));
  const ids = directory.entries.filter((entry) => names.has(entry.name) || numbers.has(entry.number)).map((entry) => entry.contactId);
  const found = ids.flatMap((id) => seen.get(id) ?? []);
  const unseen = ids.filter((id) => !seen.has(id));
  for (const some of chunks(unseen, IDS_A_CALL)) found.push(...(await pass.books.contactsByIds(some)));
  return found;
}

/** Contacts that were just created by us: they are in the directory now, though the feed was not read since. */
export function noteContacts(pass: Pass, contacts: readonly Contact[]): void {
  const { memory } = pass;
  if (memory.directory === undefined) return;
  memory.directory = { ...memory.directory, entries: [...memory.directory.entries, ...contacts.map((contact) => toEntry(pass, contact))] };
  see(memory.seen, contacts);
}

function see(seen: Map<string, Contact>, contacts: readonly Contact[]): void {
  if (seen.size + contacts.length > SEEN_AT_MOST) seen.clear();
  for (const contact of contacts) seen.set(contact.contactId, contact);
}

/** The directory with everything that changed until now. Each page that is read is stored before the next one is asked for. */
async function currentDirectory(pass: Pass, takeAlong: (contacts: readonly Contact[]) => void): Promise<DirectoryState> {
  const { deps, scope, memory } = pass;
  const stored = memory.directory ?? (await deps.directory.readDirectory(scope));
  const known = stored?.normalisation === NORMALISATION ? stored : undefined;
  const entries = new Map((known?.entries ?? []).map((entry) => [entry.contactId, entry]));
  const isFirst = known === undefined;
  let cursor = known?.cursor ?? 0;
  const keep = async (contacts: readonly Contact[], reachesTo: number, complete: boolean): Promise<void> => {
    takeAlong(contacts);
    const fresh = contacts.map((contact) => toEntry(pass, contact)).filter((entry) => isNews(entries.get(entry.contactId), entry));
    for (const entry of fresh) entries.set(entry.contactId, entry);
    cursor = Math.max(cursor, reachesTo);
    if (fresh.length === 0 && known?.complete === complete) return;
    await deps.directory.appendDirectory(scope, { normalisation: NORMALISATION, cursor, complete, entries: fresh });
  };
  if (isFirst && stored !== undefined)
    await deps.directory.putDirectory(scope, { normalisation: NORMALISATION, cursor: 0, complete: false, entries: [] });
  const { reachesTo } = await readFeed(
    pass.books.contactFeed,
    (contact) => contact.contactId,
    cursor,
    (page, last) => keep(page, last, known?.complete === true),
  );
  await keep([], reachesTo, true);
  memory.directory = { normalisation: NORMALISATION, cursor, complete: true, entries: [...entries.values()] };
  return memory.directory;
}

function isNews(old: DirectoryEntry | undefined, entry: DirectoryEntry): boolean {
  return old === undefined || old.updatedAt < entry.updatedAt;
}

function toEntry(pass: Pass, contact: Contact): DirectoryEntry {
  return {
    contactId: contact.contactId,
    name: digestOfName(pass, normaliseName(contact.name)),
    number: contact.contactNumber === '' ? '' : digestOfNumber(pass, contact.contactNumber),
    archived: contact.status !== 'ACTIVE',
    updatedAt: contact.updatedAt,
  };
}

function digestOfName(pass: Pass, name: string): string {
  return pass.deps.digest(`${pass.scope.accountId} name ${name}`);
}

function digestOfNumber(pass: Pass, number: string): string {
  return pass.deps.digest(`${pass.scope.accountId} number ${number}`);
}
