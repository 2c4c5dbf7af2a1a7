import type { DeliverWebhook, DeliveryOutcome } from '../core/messages.ts';

/** A delivery as the log keeps it. `status` is undefined while it is under way, 0 when no answer came in time. */
export interface LoggedDelivery {
  id: string;
  clientId: string;
  /** Why it was sent; the outcome of a duplicate counts for nothing. */
  kind: 'events' | 'duplicate' | 'validation';
  /** Whether its signature was right; deliberately wrong ones belong to the intent-to-receive check. */
  wellSigned: boolean;
  url: string;
  at: string;
  events: readonly object[];
  status: number | undefined;
  received: boolean | undefined;
}

const LOG_LENGTH = 200;

/** The last deliveries, only for looking at: nothing depends on it and a restart forgets it. */
export class DeliveryLog {
  readonly #deliveries = new Map<string, LoggedDelivery>();

  sent({ deliveryId, url }: DeliverWebhook, about: Pick<LoggedDelivery, 'clientId' | 'kind' | 'wellSigned' | 'events'>, now: number): void {
    this.#deliveries.set(deliveryId, {
      id: deliveryId,
      ...about,
      url,
      at: new Date(now).toISOString(),
      status: undefined,
      received: undefined,
    });
    for (const id of this.#deliveries.keys()) {
      if (this.#deliveries.size <= LOG_LENGTH) break;
      this.#deliveries.delete(id);
    }
  }

  answered(deliveryId: string, { status }: DeliveryOutcome, received: boolean): void {
    const delivery = this.#deliveries.get(deliveryId);
    if (delivery !== undefined) this.#deliveries.set(deliveryId, { ...delivery, status, received });
  }

  /** Newest first. */
  recent(): LoggedDelivery[] {
    return [...this.#deliveries.values()].reverse();
  }

  clear(): void {
    this.#deliveries.clear();
  }
}
