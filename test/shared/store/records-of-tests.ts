import type { Base, Link, PaymentMarker } from '../../../shared/domain/link.ts';
import type { Outcome } from '../../../shared/sync/ports.ts';

/** Factories of what commits store; `overrides` for what a test is about. */

export const AT = '2026-11-22T10:15:00.000Z';

export function linkOf(overrides: Partial<Link> = {}): Link {
  return {
    type: 'customer',
    gesId: 'cus_1001',
    xeroId: 'xero-1',
    status: 'synced',
    statusAt: AT,
    gesRevision: 1,
    xeroSeenAt: 0,
    version: 0,
    ...overrides,
  };
}

export function markerOf(overrides: Partial<PaymentMarker> = {}): PaymentMarker {
  return { gesId: 'pay_1', invoiceId: 'inv_1', status: 'synced', statusAt: AT, gesRevision: 1, ...overrides };
}

export const BASE: Base = { ges: { name: 'Hartley', email: '' }, xero: { name: 'Hartley (LS1 4AB)', email: '' } };

export function syncedOf(accountId: string, id: string, version = 1): Outcome {
  return { kind: 'RecordSynced', accountId, version, entity: { type: 'customer', id }, xeroId: 'xero-1', direction: 'to-xero' };
}
