import type { DirectoryEntry } from '../sync/knowledge-port.ts';

/** A UUID as Xero writes it, in lower case. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Marks an id that is no such UUID and stands as it is. */
const AS_IT_IS = '=';
const RADIX = 36;

/** One contact of the directory as one line of text: ContactID, digests of name and number, archived, time. About 60 characters, ASCII only. */
export function packEntry({ contactId, name, number, archived, updatedAt }: DirectoryEntry): string {
  return [packId(contactId), name, number, archived ? '1' : '', updatedAt.toString(RADIX)].join(' ');
}

export function unpackEntry(line: string): DirectoryEntry {
  const [id = '', name = '', number = '', archived = '', updatedAt = '0'] = line.split(' ');
  return { contactId: unpackId(id), name, number, archived: archived === '1', updatedAt: Number.parseInt(updatedAt, RADIX) };
}

/** 22 characters instead of 36. */
function packId(id: string): string {
  return UUID.test(id) ? Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url') : `${AS_IT_IS}${id}`;
}

function unpackId(packed: string): string {
  if (packed.startsWith(AS_IT_IS)) return packed.slice(AS_IT_IS.length);
  const hex = Buffer.from(packed, 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
