import type { Link } from '../../../shared/domain/link.ts';
import type { ConnectionRecord } from '../../../shared/connection/ports.ts';
import type { Clock, Scope } from '../../../shared/sync/ports.ts';
import type { Inbox, News, StoredNews } from '../../../shared/sync/records-port.ts';
import { createFakeIds } from '../../support/fake-clock.ts';
import { createMemoryStores } from '../../support/stores.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const NOW = 1_795_000_000_000;
export const SCOPE: Scope = { accountId: 'acct_demo', generation: 1 };

/** A connected account with both switches on; a test names what it varies. */
export function connection(parts: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    accountId: 'acct_demo',
    status: 'active',
    connectSeq: 1,
    generation: 1,
    tenantId: TENANT,
    xeroUserId: 'user-1',
    settings: { paymentAccountId: null, salesAccountId: null, syncCustomers: true, syncInvoices: true },
    version: 0,
    ...parts,
  };
}

/** Ingress over stores in memory, with every put and every ring written down. */
export async function ingressWorld(...connections: readonly ConnectionRecord[]) {
  const stores = createMemoryStores(createFakeIds(), { now: () => NOW });
  for (const one of connections) {
    await stores.connections.putConnection(one);
    if (one.tenantId !== undefined)
      await stores.connections.claimTenant({ tenantId: one.tenantId, accountId: one.accountId, claimedAt: 1 });
  }
  const steps: string[] = [];
  /** A record that both sides agree on, as the link knows it. */
  const link = async (parts: Pick<Link, 'type' | 'gesId'> & { readonly xeroId: string } & Partial<Link>) => {
    const version = (await stores.records.getLinks(SCOPE, parts.type, [parts.gesId])).get(parts.gesId)?.version ?? 0;
    const link: Link = { status: 'synced', statusAt: '2026-11-22T10:00:00.000Z', gesRevision: 1, xeroSeenAt: 5_000, version, ...parts };
    await stores.records.commit(SCOPE, { link, alias: parts.xeroId });
  };
  const clock: Clock = { now: () => NOW, sleep: async () => undefined, every: () => () => undefined, random: () => 0 };
  const inbox: Pick<Inbox, 'put'> = {
    async put(scope: Scope, news: News) {
      const reception = await stores.inbox.put(scope, news);
      steps.push(`${reception} ${news.entity.id}@${String(news.order)}`);
      return reception;
    },
  };
  const doorbell = { send: async (accountId: string, delay: number) => void steps.push(`ring ${accountId} ${String(delay)}`) };
  return {
    stores,
    steps,
    link,
    /** All that waits, customers before invoices. */
    async waiting(scope = SCOPE): Promise<readonly StoredNews[]> {
      const types = ['customer', 'invoice'] as const;
      const ranges = await Promise.all(types.map((type) => stores.inbox.take(scope, { rank: 'live', type }, 100)));
      return ranges.flatMap(({ entries }) => entries);
    },
    deps: { connections: stores.connections, inbox, records: stores.records, lanes: stores.lanes, doorbell, clock },
  };
}
