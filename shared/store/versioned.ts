import { VersionConflict } from '../sync/errors.ts';
import type { Key } from './keys.ts';
import type { Item, Table } from './table.ts';
import { isNowOurs, newWriteId, putItem } from './table.ts';
import { transact, type Operation, type Put, type Transacted } from './transact.ts';

/**
 * Stores a whole item with `version` + 1 on condition that the stored one still has `version` (0: nothing is stored), in one transaction with
 * what goes `along`, or as a plain write, at half the price, when nothing does. Returns the new version. Throws VersionConflict, naming the key, when somebody else was faster; a write that was
 * refused because of itself, since its first answer was lost, counts as done (one read more).
 */
export async function putVersion(
  table: Table,
  key: Key,
  attributes: Item,
  version: number,
  along: readonly Operation[] = [],
): Promise<number> {
  const isFirst = { expression: 'attribute_not_exists(pk)' };
  const isAsRead = { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': version } };
  const writeId = newWriteId(table);
  const item = { ...attributes, ...key, version: version + 1, writeId };
  const put: Put = { op: 'put', item, condition: version === 0 ? isFirst : isAsRead };
  const result = along.length === 0 ? await putAlone(table, put) : await transact(table, [put, ...along]);
  if (result.kind === 'refused-for-good') throw new Error(`${key.pk} ${key.sk} was not stored: ${result.reason}`);
  if (result.kind === 'refused-by-condition' && !(await isNowOurs(table, key, writeId)))
    throw new VersionConflict(`${key.pk} ${key.sk} is no longer at version ${String(version)}`);
  return version + 1;
}

async function putAlone(table: Table, { item, condition }: Put): Promise<Transacted> {
  return (await putItem(table, item, condition)) ? { kind: 'done' } : { kind: 'refused-by-condition', places: new Map() };
}
