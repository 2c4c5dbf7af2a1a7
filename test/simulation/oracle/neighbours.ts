import { gesIdIn } from '../../../shared/domain/ledger-entry.ts';
import type { Journal } from '../histories/journal.ts';
import type { SimulatedWorld } from '../world/world.ts';
import type { Books } from './books.ts';

/** No data of one account in another's books: what we made in Xero names records of its own account only. */
export function judgeNeighbours(world: SimulatedWorld): readonly string[] {
  const owner = new Map<string, string>();
  for (const { accountId } of world.accounts)
    for (const { id } of [...world.ges.customers(accountId), ...world.ges.invoices(accountId), ...world.ges.payments(accountId)])
      owner.set(id, accountId);
  return world.accounts.flatMap(({ accountId, tenantId }) => {
    const { contacts } = world.xero.sandbox.state;
    const named = [
      ...contacts.by('tenant', tenantId).map(({ texts }) => texts.ContactNumber ?? ''),
      ...world.xero.invoices(tenantId).map(({ url }) => (url ?? '').split('/').at(-1) ?? ''),
      ...world.xero.payments(tenantId).map(({ reference }) => gesIdIn(reference ?? '')),
    ];
    const strange = named.filter((id) => owner.has(id) && owner.get(id) !== accountId);
    return strange.length === 0 ? [] : [`A5: the books of ${accountId} in Xero hold ${strange.slice(0, 3).join(', ')} of another account`];
  });
}

/** F3: no payment of GES stands in Xero twice, on whatever invoice. */
export function judgeTwins(world: SimulatedWorld): readonly string[] {
  return world.accounts.flatMap(({ tenantId }) => {
    const ours = world.xero.payments(tenantId).map(({ reference }) => gesIdIn(reference ?? ''));
    const twice = [
      ...Map.groupBy(
        ours.filter((id) => id.startsWith('pay_')),
        (id) => id,
      ),
    ].filter(([, all]) => all.length > 1);
    return twice.map(([id, all]) => `F3: ${id} is in Xero ${String(all.length)} times`);
  });
}

/** C3: what a person made in Xero, and we never took for ours, is as that person left it. */
export function judgeStrangers(books: Books, journal: Journal): readonly string[] {
  const linked = new Set([...books.links.values()].map(({ xeroId }) => xeroId));
  return journal.strangersOf(books.account.accountId).flatMap(({ invoiceId, total }) => {
    const now = books.xeroInvoices.find((invoice) => invoice.invoiceId === invoiceId);
    const isChanged = now !== undefined && now.total !== total && !linked.has(invoiceId);
    return isChanged ? [`C3: ${now.number ?? ''} of somebody else was over ${String(total)} and is over ${String(now.total)}`] : [];
  });
}
