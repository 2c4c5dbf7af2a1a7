import * as z from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * JSON Schema (draft 2020-12) of what a schema takes (`input`) or gives (`output`). What only TypeScript needs (read-only) and the
 * leap years in zod's pattern of a date are left out.
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _draft, ...described } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema: made }) => {
      delete made.readOnly;
      if (made.format === 'date' || made.format === 'date-time') delete made.pattern;
      if (made.maximum === Number.MAX_SAFE_INTEGER) delete made.maximum;
    },
  });
  return described;
}

/**
 * Holds a schema to a type of the code, both ways: `tsc` fails here when one of them has a field that the other has not.
 * Called as `describes<T>()(schema)`.
 */
export function describes<T>(): <S extends z.ZodType>(schema: S & SameAs<z.infer<S>, T>) => S {
  return (schema) => schema;
}

type SameAs<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never;
