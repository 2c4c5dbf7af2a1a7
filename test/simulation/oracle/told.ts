import type { SimulatedWorld } from '../world/world.ts';
import type { Books } from './books.ts';

/** F2b: what needs a person was told to the platform, and nothing else was told last; nothing waits to be sent. */
export function judgeOutcomes(world: SimulatedWorld, books: Books): readonly string[] {
  const wrong: string[] = [];
  if (books.unsent > 0) wrong.push(`F2b: ${String(books.unsent)} outcome events were never sent`);
  const { accountId } = books.account;
  const last = new Map<string, { readonly kind: string; readonly version: number }>();
  for (const outcome of world.outcomes) {
    if (outcome.accountId !== accountId || !('entity' in outcome)) continue;
    const key = `${outcome.entity.type} ${outcome.entity.id}`;
    const known = last.get(key);
    const isProblem = outcome.kind === 'RecordNeedsAttention';
    if (known === undefined || outcome.version > known.version || (outcome.version === known.version && isProblem))
      last.set(key, { kind: outcome.kind, version: outcome.version });
  }
  const standing = [
    ...[...books.links].map(([key, link]) => [key, link] as const),
    ...[...books.markers].map(([id, marker]) => [`payment ${id}`, marker] as const),
  ];
  for (const [key, { status, xeroId }] of standing) {
    const told = last.get(key)?.kind;
    if (status === 'attention' && told !== 'RecordNeedsAttention')
      wrong.push(`F2b: ${key} needs a person, and the platform was told ${told ?? 'nothing'}`);
    if (status === 'synced' && told === 'RecordNeedsAttention')
      wrong.push(`F2b: ${key} is in step, and the platform still thinks that it needs a person`);
    if (status === 'synced' && xeroId !== undefined && told === undefined && !key.startsWith('payment'))
      wrong.push(`F2b: ${key} is in step, and the platform was never told`);
  }
  return wrong;
}

/** The counts of the connection say what the links say. */
export function judgeCounts({ counts, links, markers }: Books): readonly string[] {
  const all = [...links.values(), ...markers.values()].filter((stored) => stored.deleted !== true);
  return (['attention', 'pending'] as const).flatMap((status) => {
    const really = all.filter((stored) => stored.status === status).length;
    return counts[status] < really ? [`counts say ${String(counts[status])} ${status}, there are ${String(really)}`] : [];
  });
}
