import { z } from 'zod';
import { XeroProblem } from '../api/problems.ts';
import type { Exchange } from '../core/exchange.ts';
import { jsonAnswer, type Effect, type SandboxAnswer } from '../core/messages.ts';
import type { Snapshots } from '../core/snapshots.ts';
import type { CallLog } from '../gateway/call-log.ts';
import type { CallsInProgress } from '../gateway/limits.ts';
import type { Organisation } from '../settings/records.ts';
import type { Deliveries } from '../webhooks/delivery.ts';

/** What the switchboard may touch besides the state. */
export interface SwitchboardContext {
  exchange: Exchange;
  log: CallLog;
  deliveries: Deliveries;
  inProgress: CallsInProgress;
  snapshots: Snapshots;
  /** The shell's time, from which the clock settings count. */
  shellNow: number;
}

/** How long an answer may be held back, in ms: one hour. Longer ones no timer keeps and no client waits for. */
export const DELAY = z.number().int().nonnegative().max(3_600_000);

/** One call to the switchboard, with the open parts of its path. */
export interface Pull extends SwitchboardContext {
  params: readonly string[];
}

export interface Lever {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without `/_sandbox/`; `{}` is one open part. */
  pattern: string;
  /** One line for the index. */
  does: string;
  pull: (pull: Pull) => SandboxAnswer | { answer: SandboxAnswer; effects: Effect[] };
}

/** A refusal of the switchboard: plain JSON with one sentence. */
export function refuse(status: number, error: string): XeroProblem {
  return new XeroProblem(error, jsonAnswer(status, { error }));
}

/** The body as the schema wants it; an empty body counts as `{}`. Throws a 400 that names each wrong field. */
export function bodyOf<T>({ exchange }: Pull, schema: z.ZodType<T>): T {
  const text = exchange.request.body.trim();
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    throw refuse(400, 'The body is not JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refuse(400, z.prettifyError(parsed.error));
  return parsed.data;
}

/** The organisation of that tenantId, or the first one when none is named. */
export function organisationOf({ exchange }: Pull, tenantId: string | undefined): Organisation {
  const { organisations } = exchange.state;
  const found = tenantId === undefined ? exchange.state.organisationsInOrder()[0] : organisations.get(tenantId.toLowerCase());
  if (found === undefined) throw refuse(404, `There is no organisation ${tenantId ?? 'at all'}.`);
  return found;
}
