import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { envelope, type AccountingCall } from './call.ts';
import type { Element } from './fields.ts';
import { parameter } from './lists.ts';
import { ElementInvalid } from './problems.ts';

/** How one element ended: what to answer for it, and what was wrong. */
interface Result {
  json: object;
  messages: readonly string[];
}

export interface Batch {
  plural: string;
  /** The flag a failed element carries besides ValidationErrors; accounts, batch payments and notes have neither flag nor status. */
  errorFlag: 'HasErrors' | 'HasValidationErrors' | undefined;
  /** Saves one element and gives its JSON; throws ElementInvalid. */
  save: (element: Element) => object;
  /** The answer for a refused element: its echo, with zero GUIDs where nothing was created. */
  echo: (element: Element) => object;
}

/** `summarizeErrors`: true unless said otherwise; OAS prints false, Xero behaves as true. */
function summarizes(call: AccountingCall): boolean {
  return (parameter(call.url.searchParams, 'summarizeErrors') ?? 'true').toLowerCase() !== 'false';
}

/**
 * Saves the elements of one request. Summarizing errors (the default): a bad element makes it a 400 that lists the bad ones only, and the good ones are
 * saved all the same, unless the setting says otherwise. With summarizeErrors=false always 200, the good ones are saved and each says OK or ERROR.
 */
export function saveBatch(call: AccountingCall, elements: readonly Element[], batch: Batch): SandboxAnswer {
  const { journal } = call.state;
  const start = journal.savepoint();
  const results = elements.map((element): Result => {
    const savepoint = journal.savepoint();
    try {
      return { json: batch.save(element), messages: [] };
    } catch (error) {
      if (!(error instanceof ElementInvalid)) throw error;
      journal.rollback(savepoint);
      return { json: batch.echo(element), messages: error.messages };
    }
  });
  const errors = (messages: readonly string[]): object => ({
    ...(batch.errorFlag !== undefined && { [batch.errorFlag]: true, StatusAttributeString: 'ERROR' }),
    ValidationErrors: messages.map((Message) => ({ Message })),
  });
  if (!summarizes(call)) {
    const items = results.map(({ json, messages }) =>
      messages.length > 0 ? { ...json, ...errors(messages) } : { ...json, StatusAttributeString: 'OK' },
    );
    return envelope(call, batch.plural, items);
  }
  const failed = results.filter(({ messages }) => messages.length > 0);
  if (failed.length === 0)
    return envelope(
      call,
      batch.plural,
      results.map(({ json }) => json),
    );
  if (!call.state.settings.refusedBatchSavesGood) journal.rollback(start);
  return jsonAnswer(400, {
    ErrorNumber: 10,
    Type: 'ValidationException',
    Message: 'A validation exception occurred',
    Elements: failed.map(({ json, messages }) => ({ ...json, ...errors(messages) })),
  });
}
