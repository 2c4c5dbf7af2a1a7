import { AwsError } from '../aws-protocol.ts';
import type { TableDefinition } from './tables-from-template.ts';

/** An item or a key on the wire: attribute names and AttributeValues. */
export type Item = Readonly<Record<string, object>>;

const OPERATIONS = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;
const MAX_ACTIONS = 100;

/** One action of a transaction. */
export interface Action {
  readonly operation: (typeof OPERATIONS)[number];
  readonly key: Item;
  readonly input: {
    readonly TableName: string;
    readonly Key?: Item;
    readonly Item?: Item;
    readonly ConditionExpression?: string;
    readonly UpdateExpression?: string;
    readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
    readonly ExpressionAttributeValues?: Item;
    readonly ReturnValuesOnConditionCheckFailure?: string;
  };
}

/** The actions of a TransactWriteItems. Throws ValidationException for their number, two operations in one, and two actions on one item. */
export function readActions(request: Record<string, unknown>, tables: readonly TableDefinition[]): readonly Action[] {
  const actions = membersOf(request).map((member): Action => {
    const named = OPERATIONS.filter((operation) => typeof member[operation] === 'object' && member[operation] !== null);
    const [operation] = named;
    if (operation === undefined || named.length > 1) throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    const input = member[operation] as Action['input'];
    return { operation, input, key: keyOf(input, tables) };
  });
  if (new Set(actions.map(({ input, key }) => canonical([input.TableName, key]))).size < actions.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
  return actions;
}

/** The reads of a TransactGetItems. */
export function readGets(request: Record<string, unknown>): readonly object[] {
  return membersOf(request).map(({ Get: get }) => {
    if (typeof get !== 'object' || get === null) throw invalid('TransactItems can only contain Get');
    return get;
  });
}

function membersOf(request: Record<string, unknown>): readonly Record<string, unknown>[] {
  const members = request['TransactItems'];
  if (!Array.isArray(members) || members.length === 0 || members.length > MAX_ACTIONS) {
    throw invalid(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100 and greater than or equal to 1",
    );
  }
  return members as readonly Record<string, unknown>[];
}

/** The key that an action names, or the one of the item it puts. */
export function keyOf(input: Action['input'], tables: readonly TableDefinition[]): Item {
  if (input.Key !== undefined) return input.Key;
  const table = tables.find(({ TableName }) => TableName === input.TableName);
  if (table === undefined) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  return Object.fromEntries(
    table.KeySchema.map(({ AttributeName: name }) => {
      const value = input.Item?.[name];
      if (value === undefined) throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      return [name, value];
    }),
  );
}

/** The same text for the same content, whatever the order of names. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
