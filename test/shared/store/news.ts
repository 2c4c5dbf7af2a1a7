import type { News } from '../../../shared/sync/records-port.ts';

/** News of a customer that a user edited in GES; `overrides` for what a test is about. */
export function newsOf(overrides: Partial<News> = {}): News {
  return {
    type: 'customer',
    recordId: 'cus_1001',
    side: 'ges',
    entity: { type: 'customer', id: 'cus_1001' },
    rank: 'live',
    change: 'updated',
    order: 5,
    receivedAt: 1_000,
    snapshot: { id: 'cus_1001', email: '', sites: [{ id: 'site_1' }], note: null, amount: 0.1 },
    origin: 'user',
    correlationId: 'corr-1',
    ...overrides,
  };
}
