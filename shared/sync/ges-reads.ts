import type { EntityType, GesPayment } from '../domain/records.ts';
import { chunks } from './concurrency.ts';
import type { Pass } from './pass.ts';
import type { GesPage } from './platform-port.ts';

/** Most ids of one read of the GES platform API. */
export const GES_PAGE = 500;
/** Most invoices whose payments one read gives. */
const INVOICES_A_READ = 100;

/** Stands for a record that GES has but shows in a form that does not fit the contract: neither usable nor gone. */
export const UNREADABLE = Symbol('unreadable in GES');

/** What GES has of some ids. An id that is absent does not exist any more. */
export type GesRead<G> = ReadonlyMap<string, G | typeof UNREADABLE>;

/** Reads records by id, to the last page. One GES call per 500. One record that does not fit the contract holds up no other (F2). */
export async function readByIds<G extends { readonly id: string }>(
  pass: Pass,
  type: EntityType,
  gesIds: readonly string[],
  list: (query: { readonly ids: readonly string[]; readonly limit: number; readonly cursor?: string }) => Promise<GesPage<G>>,
): Promise<GesRead<G>> {
  const read = new Map<string, G | typeof UNREADABLE>();
  for (const ids of chunks(gesIds, GES_PAGE)) {
    await everyPage(pass, type, (cursor) => list({ ids, limit: GES_PAGE, ...cursor }), {
      item: (item) => void read.set(item.id, item),
      unreadable: (id) => void read.set(id, UNREADABLE),
    });
  }
  return read;
}

/** The payments of invoices, and whether any of GES's answer could not be read: then nothing may be concluded from what is missing. */
export interface PaymentsRead {
  readonly ofInvoice: ReadonlyMap<string, readonly GesPayment[]>;
  readonly isWhole: boolean;
}

/** Every payment of these invoices in GES. One GES call per 100 invoices, more where they have over 500 payments. */
export async function readPaymentsOf(pass: Pass, invoiceIds: readonly string[]): Promise<PaymentsRead> {
  const found = new Map<string, GesPayment[]>(invoiceIds.map((id) => [id, []]));
  let isWhole = true;
  for (const ids of chunks(invoiceIds, INVOICES_A_READ)) {
    await everyPage(pass, 'payment', (cursor) => pass.ges.listPayments({ invoiceIds: ids, limit: GES_PAGE, ...cursor }), {
      item: (payment) => void found.get(payment.invoiceId)?.push(payment),
      unreadable: () => void (isWhole = false),
    });
  }
  return { ofInvoice: found, isWhole };
}

async function everyPage<G>(
  pass: Pass,
  type: EntityType,
  list: (cursor: { readonly cursor?: string }) => Promise<GesPage<G>>,
  take: { readonly item: (item: G) => void; readonly unreadable: (id: string) => void },
): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: GesPage<G> = await list(cursor === null ? {} : { cursor });
    page.items.forEach(take.item);
    unreadableOf(pass, type, page).forEach(take.unreadable);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** The ids of a page's unreadable records, told to whoever watches the log. */
export function unreadableOf(pass: Pass, type: EntityType, page: GesPage<unknown>): readonly string[] {
  const ids = page.unreadable ?? [];
  for (const gesId of ids) pass.log.error('a record of GES does not fit the contract', { type, gesId });
  return ids;
}
