import { z } from 'zod';
import type { Outcome } from '../lambda/runtime-messages.ts';

const partial = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() });

/**
 * The message ids of a batch that the function has dealt with, and which are therefore deleted: none when it failed; all
 * when it succeeded; with ReportBatchItemFailures all but those it names. An answer that does not fit that form, or names a
 * message that is not of the batch, counts as failure of the whole batch, as AWS has it.
 */
export function handledMessages(messageIds: readonly string[], outcome: Outcome, reportsItemFailures: boolean): readonly string[] {
  if (!outcome.ok) return [];
  if (!reportsItemFailures) return messageIds;
  const answer: unknown = JSON.parse(outcome.payload);
  if (answer === null || answer === '') return messageIds;
  const parsed = partial.safeParse(answer);
  if (!parsed.success) return [];
  const failed = new Set((parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const strange = [...failed].some((id) => !messageIds.includes(id));
  return strange ? [] : messageIds.filter((id) => !failed.has(id));
}
