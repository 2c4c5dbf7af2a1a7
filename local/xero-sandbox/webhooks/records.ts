export type EventCategory = 'CONTACT' | 'INVOICE' | 'CREDITNOTE' | 'PREPAYMENT' | 'OVERPAYMENT' | 'PAYMENT';
export type EventType = 'CREATE' | 'UPDATE';

/** One event waiting to be delivered to one app. */
export interface WebhookEvent {
  id: string;
  clientId: string;
  sequence: number;
  /** Epoch ms before which it is not sent. */
  deliverAt: number;
  resourceUrl: string;
  resourceId: string;
  eventDate: number;
  eventType: EventType;
  eventCategory: EventCategory;
  tenantId: string;
  /** CREDITNOTE events carry the type and status. */
  data: { Type: string; Status: string } | undefined;
}

/** The one webhook subscription of an app. */
export interface Subscription {
  clientId: string;
  url: string;
  key: string;
  categories: readonly EventCategory[];
  status: 'ok' | 'retrying' | 'disabled' | 'validating';
  /** Sequence number of the last event made. */
  sequence: number;
  /** Deliveries made so far; part of each delivery's entropy. */
  deliveries: number;
  /** Since when the delivery at the head fails, and when it is tried again. */
  failingSince: number | undefined;
  attempts: number;
  retryAt: number | undefined;
  /** Answers still to come in an intent-to-receive check, and whether all were right so far. */
  validation: { left: number; passed: boolean } | undefined;
}
