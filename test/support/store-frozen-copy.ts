/**
 * What a table does to a value: it comes back equal, without absent fields, and is nobody's object but the reader's. Frozen, so that a
 * caller who changes what it read is found out at once.
 */
export function frozenCopy<T>(value: T): T {
  return freeze(JSON.parse(JSON.stringify(value))) as T;
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
