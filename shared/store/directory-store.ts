import { chunks } from '../sync/concurrency.ts';
import type { DirectoryEntry, DirectoryState, DirectoryStore } from '../sync/knowledge-port.ts';
import type { Scope } from '../sync/ports.ts';
import { CONTACTS_PREFIX, contactsKey, NEW_CONTACTS_PREFIX, scopePartition } from './keys.ts';
import type { Item, Table } from './table.ts';
import { deleteItem, putItem, readPrefix, storedAs } from './table.ts';

/** About 65 bytes an entry: an item stays well under the 400 kB that DynamoDB takes. */
const ENTRIES_AN_ITEM = 4_500;
/** So many items of news are read beside the directory before it is written anew. */
const NEW_ITEMS_AT_MOST = 20;

/** An entry as text: ContactID, digests of name and number, archived, time. */
type PackedEntry = string;
interface Part {
  readonly normalisation: number;
  readonly cursor: number;
  readonly complete: boolean;
  readonly entries: readonly PackedEntry[];
}

/** The directory of contacts in DynamoDB: a few large items, and one small one per read of the feed since; later ones win. */
export function createDirectoryStore(table: Table): DirectoryStore {
  return {
    async readDirectory(scope) {
      const items = await readParts(table, scope);
      return items.length === 0 ? undefined : merged(items.map((item) => storedAs<Part>(item)));
    },

    async appendDirectory(scope, state) {
      const items = await readParts(table, scope);
      const isNew = (item: Item): boolean => String(item['sk']).startsWith(NEW_CONTACTS_PREFIX);
      const last = items.filter(isNew).at(-1)?.['sk'];
      const place = last === undefined ? 0 : Number(String(last).slice(NEW_CONTACTS_PREFIX.length)) + 1;
      const parts = chunks(state.entries, ENTRIES_AN_ITEM);
      if (items.filter(isNew).length + parts.length > NEW_ITEMS_AT_MOST) {
        const before = merged(items.map((item) => storedAs<Part>(item)));
        await replaceAll(table, scope, merged([toPart(before, before.entries), toPart(state, state.entries)]), items);
        return;
      }
      for (const [offset, entries] of (parts.length === 0 ? [[]] : parts).entries())
        await putItem(table, { ...contactsKey(scope, NEW_CONTACTS_PREFIX, place + offset), ...toPart(state, entries) });
    },

    async putDirectory(scope, state) {
      await replaceAll(table, scope, state, await readParts(table, scope));
    },
  };
}

/** The large items first, then the news in order. */
function readParts(table: Table, scope: Scope): Promise<readonly Item[]> {
  return readPrefix(table, scopePartition(scope), CONTACTS_PREFIX);
}

/** What was there is removed last: a crash in between leaves entries twice, and later ones win. */
async function replaceAll(table: Table, scope: Scope, state: DirectoryState, before: readonly Item[]): Promise<void> {
  const parts = chunks(state.entries, ENTRIES_AN_ITEM);
  const kept = new Set<string>();
  for (const [place, entries] of (parts.length === 0 ? [[]] : parts).entries()) {
    const key = contactsKey(scope, CONTACTS_PREFIX, place);
    kept.add(key.sk);
    await putItem(table, { ...key, ...toPart(state, entries) });
  }
  for (const item of before) {
    const sk = String(item['sk']);
    if (!kept.has(sk)) await deleteItem(table, { pk: scopePartition(scope), sk });
  }
}

function merged(parts: readonly Part[]): DirectoryState {
  const entries = new Map<string, DirectoryEntry>();
  const last = parts.reduce((newest, part) => (part.cursor >= newest.cursor ? part : newest));
  for (const part of parts.filter(({ normalisation }) => normalisation === last.normalisation))
    for (const packed of part.entries) {
      const entry = unpack(packed);
      const known = entries.get(entry.contactId);
      if (known === undefined || known.updatedAt <= entry.updatedAt) entries.set(entry.contactId, entry);
    }
  const { normalisation, cursor } = last;
  return { normalisation, cursor, complete: parts.some((part) => part.complete), entries: [...entries.values()] };
}

function toPart({ normalisation, cursor, complete }: DirectoryState, entries: readonly DirectoryEntry[]): Part {
  return { normalisation, cursor, complete, entries: entries.map(pack) };
}

function pack({ contactId, name, number, archived, updatedAt }: DirectoryEntry): PackedEntry {
  return [contactId, name, number, archived ? '1' : '', updatedAt.toString(36)].join(' ');
}

function unpack(packed: PackedEntry): DirectoryEntry {
  const [contactId = '', name = '', number = '', archived = '', updatedAt = '0'] = packed.split(' ');
  return { contactId, name, number, archived: archived === '1', updatedAt: Number.parseInt(updatedAt, 36) };
}
