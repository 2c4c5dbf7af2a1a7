import { gesIdIn } from '../../../shared/domain/ledger-entry.ts';
import type { SimulatedWorld } from '../world/world.ts';
import type { Journal } from '../histories/journal.ts';
import type { Books } from './books.ts';

/**
 * E2: no edit vanishes. The last edit of a field, whoever made it, stands in GES at the end, or its value is told in the timeline or in an
 * outcome event. Edits from before the account was last connected by its user are not judged: what was dropped then is dropped (A2).
 */
export async function judgeEdits(world: SimulatedWorld, books: Books, journal: Journal): Promise<readonly string[]> {
  const wrong: string[] = [];
  const since = journal.reconnectedAt(books.account.accountId);
  for (const [key, last] of journal.lastEdits(books)) {
    if (last.at <= since) continue;
    const { type, gesId, field, value } = last;
    const record = (type === 'customer' ? books.customers : books.invoices).find(({ id }) => id === gesId);
    const link = books.links.get(`${type} ${gesId}`);
    if (record === undefined || link?.status !== 'synced' || link.xeroId === undefined) continue;
    const standing = (record as unknown as Readonly<Record<string, string | undefined>>)[field] ?? '';
    if (plain(standing) === plain(value)) continue;
    const timeline = JSON.stringify(await books.timeline(type, gesId));
    const told = world.outcomes.some(
      (outcome) =>
        outcome.kind === 'RecordSynced' && outcome.entity.id === gesId && JSON.stringify(outcome.conflicts ?? []).includes(value),
    );
    if (!timeline.includes(value) && !told)
      wrong.push(`E2: ${key}: ${last.side} set "${value}", "${standing}" stands in GES, and nobody was told`);
  }
  return wrong;
}

function plain(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase();
}

/** D5: what a user deleted in GES is gone in Xero, unless its invoice asks somebody, or Xero refused and GES has it again. */
export function judgeDeletions(books: Books, journal: Journal): readonly string[] {
  return journal.deletionsOf(books.account.accountId).flatMap(({ id, invoiceId }) => {
    const still = books.xeroPayments.find(({ reference }) => gesIdIn(reference ?? '') === id);
    const isSynced = books.links.get(`invoice ${invoiceId}`)?.status === 'synced' && !books.openMoney.has(invoiceId);
    return still !== undefined && isSynced ? [`D5: ${id} was deleted in GES, and Xero still has it`] : [];
  });
}
