/** dynalite 4 ships no types: the parts of it that are used here. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Directory of the LevelDB store. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** An HTTP server that has not been told to listen yet. */
  export default function dynalite(options?: DynaliteOptions): Server;
}

declare module 'dynalite/db/index.js' {
  interface Range {
    readonly gte: string;
    readonly lt: string;
  }

  interface StoredIndex {
    readonly IndexName: string;
  }

  interface StoredTable {
    readonly TableName: string;
    readonly GlobalSecondaryIndexes?: readonly StoredIndex[];
  }

  /** dynalite's LevelDB: `table~<name>`, `item-<table>~<key>` and `index-global~<table>~<index>~<key>`, values as JSON. */
  interface Store {
    readonly db: {
      open(): Promise<void>;
      values(range: Range): AsyncIterable<unknown>;
      clear(range: Range): Promise<void>;
      batch(operations: readonly { type: 'put'; key: string; value: unknown }[]): Promise<void>;
      close(): Promise<void>;
    };
  }

  interface IndexActions {
    readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[];
  }

  const db: {
    create(options: { readonly path: string }): Store;
    /** Does the item, in AttributeValues, meet a parsed condition? */
    matchesExprFilter(item: object, expression: object): boolean;
    /** Bytes of an item in AttributeValues. */
    itemSize(item: object): number;
    getIndexActions(indexes: readonly StoredIndex[], existingItem: unknown, item: unknown, table: StoredTable): IndexActions;
  };
  export default db;
  export type { Store, StoredTable };
}
/** The expression parser of dynalite 4, which ships no types. */
declare module 'dynalite/validations/index.js' {
  type Path = readonly (string | number)[];

  /** An AttributeValue handed in comes back as it was. */
  type Operand = Path | Node | object;

  interface Node {
    /** `and`, `or`, `not`, `between`, `in`, a comparator, `function`; in updates `set`, `remove`, `add`, `delete`, `subtract`. */
    readonly type: string;
    readonly name?: string;
    readonly args: readonly Operand[];
  }

  interface UpdateAction {
    readonly type: 'set' | 'remove' | 'add' | 'delete';
    readonly path: Path;
    readonly val?: Operand;
  }

  interface Request {
    UpdateExpression?: string | undefined;
    ConditionExpression?: string | undefined;
    KeyConditionExpression?: string | undefined;
    FilterExpression?: string | undefined;
    ProjectionExpression?: string | undefined;
    ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
    ExpressionAttributeValues?: Readonly<Record<string, object>> | undefined;
    _updates?: { readonly sections: readonly UpdateAction[]; readonly paths: readonly Path[] };
    _condition?: { readonly expression: Node };
    _keyCondition?: { readonly expression: Node };
    _filter?: { readonly expression: Node };
    _projection?: { readonly paths: readonly Path[] };
  }

  const validations: {
    /** Parses the request's expressions into its `_` fields. Gives DynamoDB's text for what is wrong with them. */
    validateExpressions(request: Request): string | undefined;
  };
  export default validations;
  export type { Node, Operand, Path, Request, UpdateAction };
}
