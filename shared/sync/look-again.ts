import type { EntityType } from '../domain/records.ts';
import type { Pass } from './deps.ts';

/**
 * Puts news of a Xero record into the inbox ourselves: something about it must be looked at, whether a webhook comes or not. `order`: epoch ms
 * of what was seen. One table write.
 */
export async function lookAgainInXero(
  pass: Pass,
  type: EntityType,
  xeroId: string,
  order: number,
  correlationId = pass.deps.ids.next(),
): Promise<void> {
  const news = { type, side: 'xero', id: xeroId, rank: 'live', change: 'updated', order, correlationId } as const;
  await pass.deps.inbox.put(pass.scope, { ...news, receivedAt: pass.deps.clock.now() });
}
