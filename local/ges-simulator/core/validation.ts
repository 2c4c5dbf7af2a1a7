import { z } from 'zod';
import { Problem, type FieldError } from './http.ts';

/** `billingAddress.postcode`, `lines[0].quantity`. */
function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldName([...issue.path, key]), message: 'is not a field that can be set' }));
  }
  return [{ field: fieldName(issue.path), message: issue.message }];
}

/** Checks a body against a schema. @throws Problem 422 that names every field at fault */
export function check<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap(fieldErrors));
}

/** The 422 problem for the given fields. */
export function invalid(fields: readonly FieldError[]): Problem {
  return new Problem(422, 'validation', fields.map((error) => `${error.field}: ${error.message}`).join('; '), fields);
}

/** A string of at most `max` characters. */
export const text = (max: number): z.ZodString => z.string('must be a string').max(max, `must have at most ${max} characters`);

/** A decimal string with at most `places` decimals, in the range of what a business bills. */
export const decimal = (places: number, sign: 'any' | 'positive' | 'not-negative'): z.ZodString => {
  const pattern = new RegExp(`^${sign === 'any' ? '-?' : ''}\\d{1,9}(\\.\\d{1,${places}})?$`);
  const shape = z
    .string('must be a decimal string')
    .regex(pattern, `must be a decimal string with at most ${places} decimals, like "85.00"`);
  return sign === 'positive' ? shape.refine((value) => /[1-9]/.test(value), 'must be more than zero') : shape;
};

/** A calendar date `YYYY-MM-DD`. */
export const date = z.string('must be a date').refine((value) => isDate(value), 'must be a date like 2026-11-20');

/** Is it a date of the calendar, written `YYYY-MM-DD`? */
export function isDate(value: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
