import { VersionConflict } from '../sync/errors.ts';
import type { Key } from './keys.ts';
import type { Item, Table } from './table.ts';
import { putItem } from './table.ts';

/**
 * Stores a whole item with `version` + 1 on condition that the stored one still has `version` (0: nothing is stored), as design §5
 * asks of every write. Returns the new version. Throws VersionConflict, naming the key, when somebody else was faster.
 */
export async function putVersion(table: Table, key: Key, attributes: Item, version: number): Promise<number> {
  const isFirst = { expression: 'attribute_not_exists(pk)' };
  const isAsRead = { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': version } };
  const stored = await putItem(table, { ...attributes, ...key, version: version + 1 }, version === 0 ? isFirst : isAsRead);
  if (!stored) throw new VersionConflict(`${key.pk} ${key.sk} is no longer at version ${String(version)}`);
  return version + 1;
}
