import { createHmac } from 'node:crypto';
import { guidFrom } from '../core/guids.ts';
import type { DeliverWebhook, DeliveryOutcome, Effect } from '../core/messages.ts';
import type { SandboxState } from '../core/state.ts';
import { DeliveryLog } from './delivery-log.ts';
import type { Subscription, WebhookEvent } from './records.ts';

/** Xero waits 5 s for an answer. */
export const ANSWER_TIME_MS = 5_000;
/** After 24 h of failing the subscription is disabled; its events are kept for 31 days. */
export const DISABLE_AFTER_MS = 24 * 3_600_000;
export const EVENTS_KEPT_MS = 31 * 24 * 3_600_000;
const MAX_BATCH = 100;
/** "Several POSTs, some signed correctly and some deliberately wrong"; true = signed well. */
const VALIDATION_SIGNATURES = [true, false, true, false];

interface InFlight {
  clientId: string;
  eventIds: readonly string[];
  /** Set for a duplicate, whose outcome changes nothing. */
  duplicate: boolean;
  /** Set for an intent-to-receive request: whether it was signed well. */
  validation: boolean | undefined;
}

/** base64(HMAC-SHA256(body, key)) */
export function signatureOf(body: string, key: string): string {
  return createHmac('sha256', key).update(body, 'utf8').digest('base64');
}

const eventJson = (event: WebhookEvent): object => ({
  resourceUrl: event.resourceUrl,
  resourceId: event.resourceId,
  tenantId: event.tenantId,
  tenantType: 'ORGANISATION',
  eventCategory: event.eventCategory,
  eventType: event.eventType,
  eventDateUtc: new Date(event.eventDate).toISOString().slice(0, -1),
  ...(event.data !== undefined && { data: event.data }),
});

/** 2xx with an empty body and no cookies counts as received. */
const isReceived = ({ status, bodyLength, setsCookie }: DeliveryOutcome): boolean =>
  status >= 200 && status < 300 && bodyLength === 0 && !setsCookie;

/** Sends what is due, one delivery per app at a time. What is under way is not stored: after a restart it is sent again (at least once). */
export class Deliveries {
  readonly #state: SandboxState;
  readonly #inFlight = new Map<string, InFlight>();
  readonly log = new DeliveryLog();

  constructor(state: SandboxState) {
    this.#state = state;
  }

  /** The deliveries to make at `now`. */
  due(now: number): Effect[] {
    const effects: Effect[] = [];
    for (const subscription of [...this.#state.subscriptions.values()]) {
      const batch = this.#batch(subscription, now);
      if (batch.length > 0) effects.push(...this.#send(subscription, batch, now));
    }
    return effects;
  }

  /** When something is due next, or undefined when nothing waits. */
  nextDueAt(): number | undefined {
    let next: number | undefined;
    for (const subscription of this.#state.subscriptions.values()) {
      if (!this.#isOpen(subscription)) continue;
      const at = this.#firstDueAt(subscription);
      if (at !== undefined) next = Math.min(next ?? at, at);
    }
    return next;
  }

  /** When the subscription may send its next event. Whatever waits, nothing goes out before the next try: a backlog is not read through. */
  #firstDueAt({ clientId, retryAt = 0 }: Subscription): number | undefined {
    let first: number | undefined;
    for (const { deliverAt } of this.#state.webhookEvents.each('app', clientId)) {
      if (deliverAt <= retryAt) return retryAt;
      first = Math.min(first ?? deliverAt, deliverAt);
    }
    return first;
  }

  #isOpen({ clientId, status }: Subscription): boolean {
    return (
      (status === 'ok' || status === 'retrying') &&
      ![...this.#inFlight.values()].some((flight) => flight.clientId === clientId && !flight.duplicate)
    );
  }

  #batch(subscription: Subscription, now: number): WebhookEvent[] {
    if (!this.#isOpen(subscription) || (subscription.retryAt ?? 0) > now) return [];
    const due = this.#state.webhookEvents.by('app', subscription.clientId).filter((event) => event.deliverAt <= now);
    return due.sort((a, b) => a.deliverAt - b.deliverAt || a.sequence - b.sequence).slice(0, MAX_BATCH);
  }

  #send(subscription: Subscription, batch: readonly WebhookEvent[], now: number): Effect[] {
    const { webhookDuplicateShare } = this.#state.settings;
    const twice = webhookDuplicateShare > 0 && this.#state.newShare() < webhookDuplicateShare;
    const eventIds = batch.map(({ id }) => id);
    const content = {
      events: batch.map(eventJson),
      firstEventSequence: Math.min(...batch.map(({ sequence }) => sequence)),
      lastEventSequence: Math.max(...batch.map(({ sequence }) => sequence)),
    };
    return (twice ? [false, true] : [false]).map((duplicate) =>
      this.#post(content, { clientId: subscription.clientId, eventIds, duplicate, validation: undefined }, now),
    );
  }

  #post(content: { events: readonly object[] }, flight: InFlight, now: number): DeliverWebhook {
    const { clientId } = flight;
    const wellSigned = flight.validation !== false;
    const subscription = this.#state.subscriptions.get(clientId) as Subscription;
    const deliveries = subscription.deliveries + 1;
    this.#state.subscriptions.put({ ...subscription, deliveries });
    const entropy = guidFrom(`entropy:${clientId}:${String(deliveries)}`)
      .replaceAll('-', '')
      .slice(0, 20)
      .toUpperCase();
    const body = JSON.stringify({ ...content, entropy });
    const deliveryId = `${clientId}#${String(deliveries)}`;
    this.#inFlight.set(deliveryId, flight);
    const delivery: DeliverWebhook = {
      kind: 'deliver-webhook',
      deliveryId,
      url: subscription.url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Xero/WebHook',
        'x-xero-signature': signatureOf(body, wellSigned ? subscription.key : `${subscription.key}?`),
      },
      body,
      timeoutMs: ANSWER_TIME_MS,
    };
    const kind = flight.validation !== undefined ? 'validation' : flight.duplicate ? 'duplicate' : 'events';
    this.log.sent(delivery, { clientId, kind, wellSigned, events: content.events }, now);
    return delivery;
  }

  /** Forgets what is under way, as a restart does: deliveries are made again, an intent-to-receive check has failed. */
  forgetInFlight(): void {
    this.#inFlight.clear();
    for (const subscription of [...this.#state.subscriptions.values()]) {
      if (subscription.status === 'validating')
        this.#state.subscriptions.put({ ...subscription, status: 'disabled', validation: undefined });
    }
    this.log.clear();
  }

  /** Takes the outcome of a delivery: first failure retried at once, then about every 15 min for 24 h, then disabled. */
  delivered(deliveryId: string, outcome: DeliveryOutcome, now: number): void {
    const flight = this.#inFlight.get(deliveryId);
    this.#inFlight.delete(deliveryId);
    this.log.answered(deliveryId, outcome, isReceived(outcome));
    const subscription = flight === undefined ? undefined : this.#state.subscriptions.get(flight.clientId);
    if (flight === undefined || subscription === undefined || flight.duplicate) return;
    if (flight.validation !== undefined) this.#validated(subscription, flight.validation, outcome, now);
    else if (isReceived(outcome)) this.#received(subscription, flight.eventIds);
    else this.#failed(subscription, now);
  }

  #received(subscription: Subscription, eventIds: readonly string[]): void {
    for (const id of eventIds) this.#state.webhookEvents.delete(id);
    const good = { failingSince: undefined, attempts: 0, retryAt: undefined };
    this.#state.subscriptions.put({ ...subscription, ...good, status: subscription.status === 'retrying' ? 'ok' : subscription.status });
  }

  /** A failure that comes in when the subscription is being validated or was disabled changes nothing. */
  #failed(subscription: Subscription, now: number): void {
    if (subscription.status !== 'ok' && subscription.status !== 'retrying') return;
    const failingSince = subscription.failingSince ?? now;
    const attempts = subscription.attempts + 1;
    this.#forgetOld(now);
    const isGivenUp = now - failingSince >= DISABLE_AFTER_MS;
    const retryAt = attempts === 1 ? now : now + this.#state.settings.webhookRetryMs;
    this.#state.subscriptions.put({ ...subscription, failingSince, attempts, retryAt, status: isGivenUp ? 'disabled' : 'retrying' });
  }

  /** Starts the intent-to-receive check: events [] and sequences 0, some signed well, some badly. */
  validate(clientId: string, now: number): Effect[] {
    const subscription = this.#state.subscriptions.get(clientId);
    if (subscription === undefined) return [];
    this.#state.subscriptions.put({
      ...subscription,
      status: 'validating',
      validation: { left: VALIDATION_SIGNATURES.length, passed: true },
    });
    const content = { events: [], firstEventSequence: 0, lastEventSequence: 0 };
    return VALIDATION_SIGNATURES.map((wellSigned) =>
      this.#post(content, { clientId, eventIds: [], duplicate: false, validation: wellSigned }, now),
    );
  }

  /** 200 for the good ones and 401 for the bad ones, both empty; otherwise the check fails and the subscription is disabled. */
  #validated(subscription: Subscription, wellSigned: boolean, outcome: DeliveryOutcome, now: number): void {
    const { left, passed } = subscription.validation ?? { left: 1, passed: true };
    const isRight = outcome.bodyLength === 0 && !outcome.setsCookie && outcome.status === (wellSigned ? 200 : 401);
    const validation = { left: left - 1, passed: passed && isRight };
    if (validation.left > 0) this.#state.subscriptions.put({ ...subscription, validation });
    else {
      this.#forgetOld(now);
      const reset = { failingSince: undefined, attempts: 0, retryAt: undefined };
      this.#state.subscriptions.put({ ...subscription, ...reset, validation, status: validation.passed ? 'ok' : 'disabled' });
    }
  }

  #forgetOld(now: number): void {
    for (const event of [...this.#state.webhookEvents.values()]) {
      if (event.eventDate + EVENTS_KEPT_MS < now) this.#state.webhookEvents.delete(event.id);
    }
  }
}
