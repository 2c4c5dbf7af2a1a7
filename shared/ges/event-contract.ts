import * as z from 'zod';
import type { EntityType, GesCustomer, GesInvoice, GesPayment } from '../domain/records.ts';
import type { SnapshotOf } from '../sync/platform-port.ts';

/**
 * The single source in code of what a change event and its snapshots must look like. Fields that the contract
 * does not know are dropped (additive fields are fine); a missing one is an error, because a field read as "empty" would
 * be cleared on the other side.
 */

/** Becomes a part of keys, and a ContactNumber of at most 50 characters in Xero. */
const id = z.string().regex(/^[\w.:-]{1,50}$/, 'must be 1 to 50 letters, digits or _ . : -');
const money = z.string().regex(/^-?\d{1,12}\.\d{2}$/, 'must be pounds with two decimals, like "120.00"');
const decimal = z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/, 'must be a decimal number as text');
const date = z.iso.date();
const revision = z.int().positive();
const updatedAt = z.string().min(1);

const customer: z.ZodType<GesCustomer> = z.object({
  id,
  revision,
  name: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  phone: z.string(),
  mobile: z.string(),
  billingAddress: z.object({
    line1: z.string(),
    line2: z.string(),
    city: z.string(),
    county: z.string(),
    postcode: z.string(),
    country: z.string(),
  }),
  vatNumber: z.string(),
  archived: z.boolean(),
  updatedAt,
});

const line = z.object({
  id,
  description: z.string(),
  quantity: decimal,
  unitPrice: decimal,
  discountPercent: decimal,
  vat: z.enum(['standard', 'reduced', 'zero', 'exempt', 'outside', 'reverse-charge-standard', 'reverse-charge-reduced']),
  cis: z.enum(['labour', 'materials']).nullable(),
});

const invoice: z.ZodType<GesInvoice> = z.object({
  id,
  revision,
  number: z.string(),
  customerId: id,
  status: z.enum(['draft', 'issued', 'void']),
  issueDate: date,
  dueDate: date,
  reference: z.string(),
  currency: z.string(),
  pricesIncludeVat: z.boolean(),
  lines: z.array(line),
  totals: z.object({ net: money, vat: money, gross: money, cisDeduction: money }),
  balance: z.object({ paid: money, credited: money, due: money }),
  paymentStatus: z.enum(['unpaid', 'part-paid', 'paid']),
  webUrl: z.string(),
  creditsInvoiceId: z.exactOptional(id),
  updatedAt,
});

const payment: z.ZodType<GesPayment> = z.object({
  id,
  revision,
  invoiceId: id,
  amount: money,
  date,
  method: z.enum(['card', 'cash', 'bank-transfer', 'cheque', 'other']),
  reference: z.string(),
  kind: z.exactOptional(z.enum(['payment', 'discount'])),
  vat: z.exactOptional(money),
  updatedAt,
});

export const SNAPSHOT_SCHEMAS: { readonly [T in EntityType]: z.ZodType<SnapshotOf[T]> } = { customer, invoice, payment };

/** Which type of record an event of each detail-type is about. */
export const DETAIL_TYPES = { CustomerChanged: 'customer', InvoiceChanged: 'invoice', PaymentChanged: 'payment' } as const;

/** What all change events have in common; their snapshots are checked by SNAPSHOT_SCHEMAS. */
export const GES_EVENT_SCHEMA = z.object({
  id: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  'detail-type': z.enum(Object.keys(DETAIL_TYPES) as (keyof typeof DETAIL_TYPES)[]),
  detail: z.object({
    accountId: z.string().regex(/^[\w.:-]{1,100}$/, 'must be 1 to 100 letters, digits or _ . : -'),
    entity: z.object({ type: z.enum(['customer', 'invoice', 'payment']), id, revision, invoiceId: id.optional() }),
    change: z.enum(['created', 'updated', 'deleted']),
    origin: z.enum(['user', 'xero-sync', 'bulk']),
    occurredAt: z.iso.datetime({ offset: true }),
    /** Left out where the event would be too large for the bus: the record is read from the platform. */
    snapshot: z.record(z.string(), z.unknown()).nullable().optional(),
  }),
});

/** A change event of the platform, checked. `snapshot` is null when deleted, undefined when left out; its revision is the entity's. */
export interface GesChange {
  /** Id of the event on the bus. */
  readonly eventId: string;
  readonly accountId: string;
  readonly type: EntityType;
  readonly id: string;
  /** Payments: their invoice, where the event or the snapshot tells it. */
  readonly invoiceId?: string;
  readonly revision: number;
  readonly change: 'created' | 'updated' | 'deleted';
  readonly origin: 'user' | 'xero-sync' | 'bulk';
  readonly snapshot: GesCustomer | GesInvoice | GesPayment | null | undefined;
  /**
   * When it was put on the bus, epoch ms, at the latest: EventBridge cuts it to the second, and keeps it when it tries again or replays. Not
   * `occurredAt`, which says how old the change is, and not how late the news.
   */
  readonly sentAt: number;
}
export type ReadGesEvent = { readonly ok: true; readonly change: GesChange } | { readonly ok: false; readonly reason: string };

/** The fields at fault, e.g. `detail.entity.revision: Invalid input: …`. Tells no values, which may be personal. */
function reasonOf(error: z.ZodError, path: string): ReadGesEvent {
  const reasons = error.issues.map(
    (issue) => `${[path, ...issue.path.map(String)].filter((part) => part !== '').join('.')}: ${issue.message}`,
  );
  return { ok: false, reason: reasons.join('; ') };
}

/** Reads an EventBridge event of source `ges.platform`. Never throws: what does not fit comes back with the reason. */
export function readGesEvent(event: unknown): ReadGesEvent {
  const outer = GES_EVENT_SCHEMA.safeParse(event);
  if (!outer.success) return reasonOf(outer.error, '');
  const { id: eventId, time, 'detail-type': detailType, detail } = outer.data;
  const { accountId, entity, change, origin, snapshot } = detail;
  const sentAt = Date.parse(time) + 999;
  if (DETAIL_TYPES[detailType] !== entity.type)
    return { ok: false, reason: `detail.entity.type: is ${entity.type} in an event ${detailType}` };
  if (snapshot !== undefined && (change === 'deleted') !== (snapshot === null)) {
    return {
      ok: false,
      reason: `detail.snapshot: must be ${change === 'deleted' ? 'null when deleted' : `the whole entity when ${change}`}`,
    };
  }
  const { type, id: recordId, revision, invoiceId: named } = entity;
  const invoiceId = type === 'payment' ? (named ?? z.object({ invoiceId: id }).safeParse(snapshot).data?.invoiceId) : undefined;
  const common = {
    eventId,
    accountId,
    type,
    id: recordId,
    ...(invoiceId === undefined ? {} : { invoiceId }),
    revision,
    change,
    origin,
    sentAt,
  };
  if (snapshot === null || change === 'deleted') return { ok: true, change: { ...common, snapshot: null } };
  if (snapshot === undefined) return { ok: true, change: { ...common, snapshot } };

  const inner = SNAPSHOT_SCHEMAS[entity.type].safeParse({ ...snapshot, revision: entity.revision });
  if (!inner.success) return reasonOf(inner.error, 'detail.snapshot');
  if (inner.data.id !== entity.id) return { ok: false, reason: 'detail.snapshot.id: is not the id of the entity' };
  return { ok: true, change: { ...common, snapshot: inner.data } };
}
