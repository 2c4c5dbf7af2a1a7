import { unexpectedRecord } from '../domain/problems.ts';
import type { Decision } from '../domain/decision.ts';
import type { Log } from './ports.ts';

/**
 * A record that breaks our own code needs a person and holds up nobody else (F2): its failure is logged as the fault it is, and said in
 * plain words.
 */
export function guarded<E>(log: Log, ids: { readonly type: string; readonly gesId: string }, decide: () => Decision<E>): Decision<E> {
  try {
    return decide();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    log.error('a record could not be decided on', { ...ids, error });
    return { kind: 'attention', problem: unexpectedRecord(detail) };
  }
}
