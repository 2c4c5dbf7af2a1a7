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
