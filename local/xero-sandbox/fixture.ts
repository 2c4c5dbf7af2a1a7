import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { XeroSandbox } from './core/sandbox.ts';

const FIXTURE = z.array(
  z.strictObject({ call: z.string().regex(/^(POST|PUT|DELETE) \/_sandbox\//), body: z.unknown().optional(), as: z.string().optional() }),
);

/** A list of calls to the switchboard, to be made on a new sandbox. */
export type Fixture = z.infer<typeof FIXTURE>;

/** Reads a fixture file: `[{ "call": "POST /_sandbox/as-user/contacts", "body": { … }, "as"?: "name" }]`. Throws with a sentence for the user. */
export function readFixture(file: string): Fixture {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`The fixture ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const parsed = FIXTURE.safeParse(content);
  if (!parsed.success) throw new Error(`The fixture ${file} is not right: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Makes the calls of a fixture. `{name.Field}` in a later call or body stands for a field of the answer that was kept `as` that name.
 * Throws with the refusal of the first call that is refused.
 */
export function applyFixture(sandbox: XeroSandbox, fixture: Fixture, now: number): void {
  const answers = new Map<string, Readonly<Record<string, unknown>>>();
  const filled = (text: string): string =>
    text.replace(/\{(\w+)\.(\w+)\}/g, (whole, name: string, field: string) => {
      const value = answers.get(name)?.[field];
      return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
    });
  for (const { call, body, as } of fixture) {
    const [method = '', url = ''] = filled(call).split(' ');
    const request = { method, url, headers: {}, body: filled(JSON.stringify(body ?? {})) };
    const { answer } = sandbox.handle(request, now);
    if (answer.status >= 300) throw new Error(`The fixture’s call ${method} ${url} was refused: ${answer.body}`);
    if (as !== undefined) answers.set(as, JSON.parse(answer.body) as Record<string, unknown>);
  }
}
