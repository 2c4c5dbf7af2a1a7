import type { ZodType } from 'zod';

/**
 * A secret's text as checked JSON. Throws an error that names the secret and the fields that are missing, never a value: JSON.parse's own
 * message quotes the text, and errors are logged.
 */
export function parseSecretJson<T>(name: string, text: string | undefined, schema: ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    throw new Error(`The secret ${name} is not JSON`);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const fields = checked.error.issues.map((issue) => issue.path.join('.')).filter((path) => path !== '');
  throw new Error(`The secret ${name} lacks ${fields.join(', ') || 'its fields'}`);
}
