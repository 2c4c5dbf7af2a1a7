import { XeroProblem } from '../api/problems.ts';
import { jsonAnswer, type Effect, type SandboxAnswer } from '../core/messages.ts';
import { CALL_LEVERS } from './calls.ts';
import { CONTACT_LEVERS } from './contacts-as-user.ts';
import { CONTENT_LEVERS } from './contents.ts';
import { BEHAVIOUR_LEVERS } from './settings.ts';
import { CONTROL_LEVERS } from './control.ts';
import type { Lever, SwitchboardContext } from './context.ts';
import { CREDIT_NOTE_LEVERS } from './credit-notes-as-user.ts';
import { FAULT_LEVERS } from './faults.ts';
import { INVOICE_LEVERS } from './invoices-as-user.ts';
import { ORGANISATION_LEVERS } from './organisations-as-user.ts';
import { PORTAL_LEVERS } from './portal.ts';
import { SETTINGS_LEVERS } from './settings-as-user.ts';
import { SNAPSHOT_LEVERS } from './snapshots.ts';
import { WEBHOOK_LEVERS } from './webhooks.ts';

export type { SwitchboardContext } from './context.ts';

const LEVERS: readonly Lever[] = [
  ...CALL_LEVERS,
  ...CONTENT_LEVERS,
  ...CONTACT_LEVERS,
  ...INVOICE_LEVERS,
  ...CREDIT_NOTE_LEVERS,
  ...ORGANISATION_LEVERS,
  ...SETTINGS_LEVERS,
  ...FAULT_LEVERS,
  ...WEBHOOK_LEVERS,
  ...BEHAVIOUR_LEVERS,
  ...CONTROL_LEVERS,
  ...SNAPSHOT_LEVERS,
  ...PORTAL_LEVERS,
];

/** A part of a path as it was meant; what is no valid percent-encoding stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function paramsOf(pattern: string, parts: readonly string[]): string[] | undefined {
  const wanted = pattern.split('/');
  const fits = wanted.length === parts.length && wanted.every((want, i) => want === '{}' || want === parts[i]);
  return fits ? parts.filter((_, i) => wanted[i] === '{}').map(decoded) : undefined;
}

/** Answers a call under /_sandbox/. */
export function switchboard(context: SwitchboardContext): { answer: SandboxAnswer; effects: Effect[] } {
  const { request, url } = context.exchange;
  const path = url.pathname.slice('/_sandbox'.length).replace(/^\/|\/$/g, '');
  if (path === '') {
    const index = LEVERS.map(({ method, pattern, does }) => ({ call: `${method} /_sandbox/${pattern}`, does }));
    return { answer: jsonAnswer(200, { levers: index }), effects: [] };
  }
  const { journal } = context.exchange.state;
  const savepoint = journal.savepoint();
  try {
    const parts = path.split('/');
    for (const lever of LEVERS) {
      const params = lever.method === request.method ? paramsOf(lever.pattern, parts) : undefined;
      if (params === undefined) continue;
      const result = lever.pull({ ...context, params });
      return 'answer' in result ? result : { answer: result, effects: [] };
    }
    return {
      answer: jsonAnswer(404, { error: `There is no ${request.method} /_sandbox/${path}; GET /_sandbox/ lists what there is.` }),
      effects: [],
    };
  } catch (error) {
    if (!(error instanceof XeroProblem)) throw error;
    journal.rollback(savepoint);
    return { answer: error.answer, effects: [] };
  }
}
