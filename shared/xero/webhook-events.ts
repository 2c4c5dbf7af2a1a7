import * as z from 'zod';
import type { RecordType } from '../domain/records.ts';

/** One change that Xero reports; it carries no data. */
export interface WebhookEvent {
  readonly tenantId: string;
  readonly type: RecordType;
  /** ContactID, InvoiceID. */
  readonly id: string;
  readonly change: 'created' | 'updated';
  /** `eventDateUtc`, epoch milliseconds. */
  readonly at: number;
}
export type ReadWebhook =
  | {
      readonly ok: true;
      readonly events: readonly WebhookEvent[];
      /** Events of categories that are not synced, known or new. */
      readonly ignored: number;
      /** Events of ours that cannot be understood. */
      readonly malformed: number;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Categories that are synced. Xero adds new ones without notice, and their casing differs between its documents. A credit note is an
 * invoice of GES with a negative total (C13). INVOICE may also be a bill, which the event does not tell; payments have no events.
 */
const TYPES: Readonly<Record<string, RecordType>> = { CONTACT: 'customer', INVOICE: 'invoice', CREDITNOTE: 'invoice' };

const categorised = z.looseObject({ eventCategory: z.string() });
/** Of a batch that has events, one at least must look like one. */
const batch = z
  .object({ events: z.array(z.unknown()) })
  .refine(({ events }) => events.length === 0 || events.some((element) => categorised.safeParse(element).success));

/** A time of Xero's has no zone and is UTC. */
const utcTime = z
  .string()
  .transform((text) => Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`))
  .refine((time) => !Number.isNaN(time), 'is no time');
const event = z.object({
  resourceId: z.guid(),
  tenantId: z.guid(),
  eventType: z.string().transform((text) => (text.toUpperCase() === 'CREATE' ? ('created' as const) : ('updated' as const))),
  eventDateUtc: utcTime,
});

/**
 * Reads the body of a delivery whose signature is right. One event that does not fit does not spoil the others: it is counted, since
 * a delivery that is refused for a day ends the webhooks of every organisation. A body that is no batch at all comes
 * back with the reason.
 */
export function readWebhook(body: string): ReadWebhook {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { ok: false, reason: 'The body is not valid JSON.' };
  }
  const outer = batch.safeParse(json);
  if (!outer.success) return { ok: false, reason: 'The body must have events, a list of objects with an eventCategory.' };

  const events: WebhookEvent[] = [];
  let ignored = 0;
  let malformed = 0;
  for (const element of outer.data.events) {
    const category = categorised.safeParse(element).data?.eventCategory.toUpperCase();
    const type = category === undefined ? undefined : TYPES[category];
    const checked = event.safeParse(element);
    if (category !== undefined && type === undefined) ignored += 1;
    else if (type === undefined || !checked.success) malformed += 1;
    else {
      const { resourceId: id, tenantId, eventType: change, eventDateUtc: at } = checked.data;
      events.push({ tenantId, type, id, change, at });
    }
  }
  return { ok: true, events, ignored, malformed };
}
