import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { itemTooLarge, validation } from './errors.ts';
import type { StoredItem, Value } from './values.ts';
import { itemSize, typeOf } from './values.ts';

/** Keys of type string and number; binary keys are not done here. */
export type KeyValue = string | number;
type KeyType = 'S' | 'N';

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range: KeyAttribute;
}

export interface IndexSchema extends KeySchema {
  readonly name: string;
  /** The attributes an entry holds; undefined stands for all. */
  readonly projected: readonly string[] | undefined;
}

export interface TableSchema extends KeySchema {
  readonly indexes: readonly IndexSchema[];
}

/** Which table: what CreateTable is given. Hash and range key everywhere. */
export type TableDefinition = Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'>;

const MAX_ITEM_BYTES = 400 * 1024;

export function schemaOf(definition: TableDefinition): TableSchema {
  const table = keySchema(definition, definition.KeySchema);
  const indexes = (definition.GlobalSecondaryIndexes ?? []).map((index): IndexSchema => {
    const keys = keySchema(definition, index.KeySchema);
    const { ProjectionType: projection, NonKeyAttributes: others = [] } = index.Projection ?? {};
    const names = [table.hash.name, table.range.name, keys.hash.name, keys.range.name];
    return {
      ...keys,
      name: index.IndexName ?? '',
      projected: projection === 'ALL' ? undefined : [...names, ...(projection === 'INCLUDE' ? others : [])],
    };
  });
  return { ...table, indexes };
}

function keySchema({ AttributeDefinitions = [] }: TableDefinition, elements: TableDefinition['KeySchema']): KeySchema {
  const attribute = (keyType: string): KeyAttribute => {
    const name = elements?.find(({ KeyType }) => KeyType === keyType)?.AttributeName;
    const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    if (name === undefined || (type !== 'S' && type !== 'N')) throw new Error(`A ${keyType} key of type S or N is needed`);
    return { name, type };
  };
  return { hash: attribute('HASH'), range: attribute('RANGE') };
}

/** The keys of an item about to be stored. Throws ValidationException for keys that are missing, empty or of another type, and for the size. */
export function checkItem(schema: TableSchema, item: StoredItem): { hash: KeyValue; range: KeyValue; size: number } {
  for (const { name, type } of [schema.hash, schema.range]) {
    const value = item[name];
    if (value === undefined) {
      throw validation(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    }
    if (typeOf(value) !== type) {
      throw validation(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
      );
    }
    refuseEmptyKey(name, value);
  }
  for (const index of schema.indexes) checkIndexKeys(index, item);
  const size = itemSize(item);
  if (size > MAX_ITEM_BYTES) throw itemTooLarge();
  return { hash: item[schema.hash.name] as KeyValue, range: item[schema.range.name] as KeyValue, size };
}

function checkIndexKeys(index: IndexSchema, item: StoredItem): void {
  for (const { name, type } of [index.hash, index.range]) {
    const value = item[name];
    if (value === undefined) continue;
    if (typeOf(value) !== type) {
      throw validation(
        `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
      );
    }
    if (value === '') {
      throw validation(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index.name}, IndexKey: ${name}`,
      );
    }
  }
}

/** The key that a request names. Throws ValidationException unless it has exactly the key attributes, of their types. */
export function checkKey(schema: KeySchema, key: StoredItem): { hash: KeyValue; range: KeyValue } {
  const hash = key[schema.hash.name];
  const range = key[schema.range.name];
  const fits = hash !== undefined && range !== undefined && typeOf(hash) === schema.hash.type && typeOf(range) === schema.range.type;
  if (!fits || Object.keys(key).length !== 2) throw validation('The provided key element does not match the schema');
  refuseEmptyKey(schema.hash.name, hash);
  refuseEmptyKey(schema.range.name, range);
  return { hash: hash as KeyValue, range: range as KeyValue };
}

function refuseEmptyKey(name: string, value: Value): void {
  if (value !== '') return;
  throw validation(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
  );
}
