import { keyOf, type SandboxState } from '../core/state.ts';
import type { EventCategory, EventType, WebhookEvent } from './records.ts';

/** Sequence numbers are 1..2147483647. */
const MAX_SEQUENCE = 2_147_483_647;

export interface Announcement {
  tenantId: string;
  category: EventCategory;
  type: EventType;
  /** Plural in the resource's URL, for example `Contacts`. */
  path: string;
  resourceId: string;
  data?: WebhookEvent['data'];
}

/**
 * Puts an event for every app that is connected to the organisation and subscribed to the category, the app that made the change included:
 * nothing in an event names the author.
 */
export function announce(state: SandboxState, now: number, { tenantId, category, type, path, resourceId, data }: Announcement): void {
  const apps = new Set(state.connections.by('tenant', tenantId).map(({ clientId }) => clientId));
  const { settings } = state;
  if (category === 'PAYMENT' && !settings.paymentWebhook) return;
  for (const clientId of apps) {
    const subscription = state.subscriptions.get(clientId);
    if (subscription === undefined || !subscription.categories.includes(category)) continue;
    if (settings.webhookDropShare > 0 && state.newShare() < settings.webhookDropShare) continue;
    const held = settings.webhookHoldShare > 0 && state.newShare() < settings.webhookHoldShare;
    const sequence = (subscription.sequence % MAX_SEQUENCE) + 1;
    state.subscriptions.put({ ...subscription, sequence });
    state.webhookEvents.put({
      id: keyOf(clientId, String(sequence)),
      clientId,
      sequence,
      deliverAt: now + settings.webhookDelayMs + (held ? settings.webhookHoldMs : 0),
      resourceUrl: `${settings.publicUrl}/api.xro/2.0/${path}/${resourceId}`,
      resourceId,
      eventDate: now,
      eventType: type,
      eventCategory: category,
      tenantId,
      data,
    });
  }
}
