import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { DirectoryEntry, DirectoryState, DirectoryStore } from '../sync/knowledge-port.ts';
import type { Scope } from '../sync/ports.ts';
import { CONTACTS_PREFIX, contactsEditionPrefix, contactsHeadKey, contactsKey, newContactsPrefix, scopePartition } from './keys.ts';
import { packEntry, unpackEntry } from './packed-contact.ts';
import type { Item, Table } from './table.ts';
import { deleteItem, putItem, readItem, readPrefix, storedAs } from './table.ts';

/** Characters of entries in one item, each one byte: DynamoDB takes 400 kB. */
const TEXT_AN_ITEM = 300_000;
/** So many appended items are read beside the others before everything is written anew. */
const NEW_ITEMS_AT_MOST = 20;
const FIRST_EDITION = 0;

/** One item of the directory: some entries, one a line, and how far they reach. */
interface Part {
  readonly normalisation: number;
  readonly cursor: number;
  readonly complete: boolean;
  readonly entries: string;
}

/**
 * The directory of contacts in DynamoDB: an edition of a few large items, and one small one per read of the feed since. A new edition is
 * written beside the one that holds, and holds from one write on: a contact that a crash took out of the directory would be created twice.
 */
export function createDirectoryStore(table: Table): DirectoryStore {
  return {
    async readDirectory(scope) {
      const edition = await editionOf(table, scope);
      return edition === undefined ? undefined : readEdition(table, scope, edition);
    },

    async appendDirectory(scope, state) {
      const edition = await editionOf(table, scope);
      if (edition === undefined) return replaceAll(table, scope, state);
      const texts = textsOf(state.entries);
      const next = await nextPlace(table, scope, edition);
      if (next + texts.length > NEW_ITEMS_AT_MOST) {
        const before = await readEdition(table, scope, edition);
        return replaceAll(
          table,
          scope,
          before === undefined ? state : merged([toPart(before, textOf(before.entries)), toPart(state, textOf(state.entries))]),
        );
      }
      for (const [offset, text] of texts.entries())
        await putItem(table, { ...toPart(state, text), ...contactsKey(scope, newContactsPrefix(edition), next + offset) });
    },

    putDirectory: (scope, state) => replaceAll(table, scope, state),
  };
}

async function editionOf(table: Table, scope: Scope): Promise<number | undefined> {
  const head = await readItem(table, contactsHeadKey(scope));
  return head === undefined ? undefined : Number(head['edition']);
}

async function readEdition(table: Table, scope: Scope, edition: number): Promise<DirectoryState | undefined> {
  const items = await readPrefix(table, scopePartition(scope), contactsEditionPrefix(edition));
  return items.length === 0 ? undefined : merged(items.map((item) => storedAs<Part>(item)));
}

/** Where the next appended item goes. Reads one item. */
async function nextPlace(table: Table, scope: Scope, edition: number): Promise<number> {
  const prefix = newContactsPrefix(edition);
  const { Items: [last] = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': scopePartition(scope), ':prefix': prefix },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  return last === undefined ? 0 : Number(String(last['sk']).slice(prefix.length)) + 1;
}

/** Writes a new edition, lets it hold, then removes all others, those too that a crash left unfinished. */
async function replaceAll(table: Table, scope: Scope, state: DirectoryState): Promise<void> {
  const pk = scopePartition(scope);
  const before = await readPrefix(table, pk, CONTACTS_PREFIX);
  const edition = before.length === 0 ? FIRST_EDITION : Math.max(...before.map(editionOfItem)) + 1;
  for (const [n, text] of textsOf(state.entries).entries())
    await putItem(table, { ...toPart(state, text), ...contactsKey(scope, contactsEditionPrefix(edition), n) });
  await putItem(table, { edition, ...contactsHeadKey(scope) });
  for (const { sk } of before) await deleteItem(table, { pk, sk: String(sk) });
}

function editionOfItem({ sk }: Item): number {
  return Number.parseInt(String(sk).slice(CONTACTS_PREFIX.length), 10);
}

/** Later parts win, and the last one says how far all of them reach. Digests of another normalisation mean nothing beside it. */
function merged(parts: readonly Part[]): DirectoryState {
  const last = parts.at(-1);
  if (last === undefined) throw new Error('A directory has at least one part');
  const { normalisation, cursor, complete } = last;
  const entries = new Map<string, DirectoryEntry>();
  for (const part of parts.filter((one) => one.normalisation === normalisation))
    for (const line of part.entries === '' ? [] : part.entries.split('\n')) {
      const entry = unpackEntry(line);
      const known = entries.get(entry.contactId);
      if (known === undefined || known.updatedAt <= entry.updatedAt) entries.set(entry.contactId, entry);
    }
  return { normalisation, cursor, complete, entries: [...entries.values()] };
}

function toPart({ normalisation, cursor, complete }: DirectoryState, entries: string): Part {
  return { normalisation, cursor, complete, entries };
}

function textOf(entries: readonly DirectoryEntry[]): string {
  return entries.map(packEntry).join('\n');
}

/** The entries as texts that fit an item each; one empty text when there are none. */
function textsOf(entries: readonly DirectoryEntry[]): readonly string[] {
  const texts: string[] = [];
  let lines: string[] = [];
  let size = 0;
  for (const line of entries.map(packEntry)) {
    if (size + line.length > TEXT_AN_ITEM) {
      texts.push(lines.join('\n'));
      lines = [];
      size = 0;
    }
    lines.push(line);
    size += line.length + 1;
  }
  return [...texts, lines.join('\n')];
}
