import type { EntityType, GesCustomer, GesInvoice, GesPayment } from '../../shared/domain/records.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createRecordStore } from '../../shared/store/records-store.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import type { LocalStack } from '../stack.ts';
import { compareCustomer, type RawContact } from './compare-customer.ts';
import { compareInvoice, comparePayment, type RawInvoice, type RawPayment } from './compare-money.ts';
import type { Comparison, Known } from './comparison.ts';
import { json } from './http.ts';

/**
 * Compares every record of the account on both sides, straight from the two systems' own books. Which record belongs to which, and what
 * is known to differ for a reason, comes from the links and markers in the table.
 */
export async function compareRecords(stack: LocalStack, accountId: string, tenantId: string): Promise<readonly Comparison[]> {
  const [customers, invoices, payments] = await withLinks(stack, accountId, async (known) => {
    return [
      await known('customer', await fromGes<GesCustomer>(stack, accountId, 'customers')),
      await known('invoice', await fromGes<GesInvoice>(stack, accountId, 'invoices')),
      await known('payment', await fromGes<GesPayment>(stack, accountId, 'payments')),
    ] as const;
  });
  const contacts = await fromXero<RawContact>(stack, tenantId, 'contacts', (contact) => contact.ContactID);
  const xeroInvoices = await fromXero<RawInvoice>(stack, tenantId, 'invoices', (invoice) => invoice.InvoiceID);
  const xeroPayments = await fromXero<RawPayment>(stack, tenantId, 'payments', (payment) => payment.PaymentID);
  const waiting = new Set(payments.flatMap(({ record, link }) => (link?.status === 'attention' ? [record.invoiceId] : [])));
  const invoiceLinks = new Map(invoices.map(({ record, link }) => [record.id, link]));
  return [
    ...customers.map(({ record, link, base }) => compareCustomer(record, link, base, contacts.get(link?.xeroId ?? ''))),
    ...invoices.map((known) => compareInvoice(known, xeroInvoices.get(known.link?.xeroId ?? ''), waiting.has(known.record.id))),
    ...payments.map((known) => comparePayment(known, xeroPayments.get(known.link?.xeroId ?? ''), invoiceLinks.get(known.record.invoiceId))),
  ];
}

type Join = <G extends { readonly id: string }>(type: EntityType, records: readonly G[]) => Promise<readonly Known<G>[]>;

/** Gives `work` a way to find the links and bases of records in the table. */
async function withLinks<T>(stack: LocalStack, accountId: string, work: (known: Join) => Promise<T>): Promise<T> {
  const client = createDocumentClient({
    endpoint: stack.awsUrl,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const table = { client, tableName: stack.tableName, ids: systemIds, clock: systemClock };
    const connection = await createConnectionStore(table).readConnection(accountId);
    const scope = { accountId, generation: connection?.generation ?? 0 };
    const store = createRecordStore(table);
    return await work(async (type, records) => {
      const ids = records.map(({ id }) => id);
      if (type === 'payment') {
        const markers = await store.getMarkers(scope, ids);
        return records.map((record) => ({ record, link: markers.get(record.id), base: undefined }));
      }
      const stored = await store.getRecords(scope, type, ids);
      return records.map((record) => ({ record, link: stored.get(record.id)?.link, base: stored.get(record.id)?.base }));
    });
  } finally {
    client.destroy();
  }
}

async function fromGes<G>(stack: LocalStack, accountId: string, type: 'customers' | 'invoices' | 'payments'): Promise<readonly G[]> {
  const found: G[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const url = `${stack.gesUrl}/_ges/accounts/${accountId}/${type}?limit=500${query}`;
    const page: { items: G[]; nextCursor: string | null } = await json(url);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function fromXero<X>(
  stack: LocalStack,
  tenantId: string,
  what: string,
  idOf: (record: X) => string,
): Promise<ReadonlyMap<string, X>> {
  const records = await json<readonly X[]>(`${stack.xeroUrl}/_sandbox/organisations/${tenantId}/${what}`);
  return new Map(records.map((record) => [idOf(record), record]));
}
