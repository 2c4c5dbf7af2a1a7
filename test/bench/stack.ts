import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { eventually, json } from '../../local/demo/http.ts';
import type { LocalStack } from '../../local/stack.ts';
import { forEachLimit } from '../../shared/sync/concurrency.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { invokeBulkSync, localAws } from '../support/local-aws.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal } from '../support/local-process.ts';
import { integrationOf, systemsOf, type Integration } from '../support/local-systems.ts';
import { customerName, invoiceNumber, places } from './bench-world.ts';
import { figure, type Bench, type Figure } from './figure.ts';

/** The running local stack: its own functions, both systems over HTTP, Xero's limits in real time. */

const ACCOUNT = 'acct_two';
const LINES = [{ description: 'Annual boiler service', quantity: '1', unitPrice: '100.00', vat: 'standard' }];
const AT_ONCE = 8;
const WAIT_MS = 8 * 60_000;
const ASK_EVERY_MS = 2_000;
const LATE_WEBHOOK_MS = 15_000;
const BUSINESS = 1_000;
const UNPAID = 250;
const DELETED = 120;

interface Books {
  readonly stack: LocalStack;
  readonly integration: Integration;
  readonly tenantId: string;
}
interface XeroInvoice {
  readonly InvoiceID: string;
  readonly InvoiceNumber?: string;
  readonly Status: string;
}
interface XeroPayment {
  readonly Status: string;
  readonly Reference?: string;
}

const post = <T>(stack: LocalStack, type: string, body: object): Promise<T> =>
  json<T>(`${stack.gesUrl}/_ges/accounts/${ACCOUNT}/${type}`, { method: 'POST', body });
const there = <T>({ stack, tenantId }: Books, type: string): Promise<readonly T[]> =>
  json(`${stack.xeroUrl}/_sandbox/organisations/${tenantId}/${type}`);
const invoicesThere = async (books: Books, status: string): Promise<readonly XeroInvoice[]> =>
  (await there<XeroInvoice>(books, 'invoices')).filter(
    ({ InvoiceNumber, Status }) => InvoiceNumber?.startsWith('BEN-') === true && Status === status,
  );
const paymentsThere = async (books: Books): Promise<number> =>
  (await there<XeroPayment>(books, 'payments')).filter(({ Status }) => Status !== 'DELETED').length;

/** Each item of a type in GES. */
async function here<T>(stack: LocalStack, type: string): Promise<readonly T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: { items: readonly T[]; nextCursor: string | null } = await json(
      `${stack.gesUrl}/_ges/accounts/${ACCOUNT}/${type}?limit=500${query}`,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function business(stack: LocalStack, from: number, count: number, arePaid: boolean): Promise<void> {
  await forEachLimit(places(count), AT_ONCE, async (offset) => {
    const place = from + offset;
    const customer = await post<{ id: string }>(stack, 'customers', {
      name: customerName(place),
      email: `office${String(place)}@x.example`,
    });
    const invoice = await post<{ id: string }>(stack, 'invoices', {
      ...{ customerId: customer.id, number: invoiceNumber(place), status: 'issued', issueDate: '2026-11-20', lines: LINES },
    });
    if (arePaid) await post(stack, 'payments', { invoiceId: invoice.id, amount: '120.00', method: 'card', date: '2026-11-21' });
  });
}

/** Is no news left in the inbox, and nobody in the lane? */
async function isAtRest(stack: LocalStack): Promise<boolean> {
  const client = createDocumentClient(localAws(stack));
  const find = async (pk: string, prefix: string): Promise<Record<string, unknown> | undefined> => {
    const keys = { ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix }, ConsistentRead: true, Limit: 1 };
    const query = { TableName: stack.tableName, KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)', ...keys };
    return (await client.send(new QueryCommand(query))).Items?.[0];
  };
  try {
    const lane = await find(`ACCT#${ACCOUNT}`, 'LANE');
    return lane?.['leaseOwner'] === undefined && (await find(`ACCT#${ACCOUNT}#ORG#1`, 'INBOX#')) === undefined;
  } finally {
    client.destroy();
  }
}

interface Measured {
  readonly seconds: number;
  readonly calls: number;
  /** How often the connection said that it is active and nothing waits while something did. */
  readonly untruths: number;
}

/** Until `isDone`, and then until nothing is under way any more, which counts as calls and not as time. */
async function measured(books: Books, act: () => Promise<unknown>, isDone: () => Promise<boolean>): Promise<Measured> {
  const { stack, integration } = books;
  const systems = systemsOf(stack);
  await systems.forgetCalls();
  await act();
  const begun = performance.now();
  let untruths = 0;
  await eventually('agreement', WAIT_MS, async () => {
    const { status, counts } = await integration.call<{ status: string; counts: { pending: number } }>('/v1/xero/connection');
    if (await isDone()) return true;
    const isAsked = !(await isAtRest(stack));
    if (status === 'active' && counts.pending === 0 && isAsked) untruths++;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    return undefined;
  });
  const seconds = (performance.now() - begun) / 1_000;
  await eventually('rest', WAIT_MS, async () => ((await isAtRest(stack)) ? true : undefined));
  return { seconds, calls: (await systems.calls()).xeroCalls, untruths };
}

const stack: Bench = {
  names: [
    ...['stack.business-3000-s', 'stack.business-3000-calls', 'stack.paid-in-xero-250-s', 'stack.paid-in-xero-250-calls'],
    ...['stack.deleted-in-ges-120-s', 'stack.untruths'],
  ],
  async measure() {
    const place = newPlace(await freeLocalPorts());
    const stack = await startLocal(place);
    try {
      return await measureOn(stack);
    } finally {
      await stack.close();
      forget(place);
    }
  },
};

async function measureOn(stack: LocalStack): Promise<readonly Figure[]> {
  const systems = systemsOf(stack);
  await business(stack, 0, BUSINESS, true);
  const tenantId = await systems.connect(ACCOUNT);
  const books: Books = { stack, tenantId, integration: await integrationOf(stack, ACCOUNT) };
  const types = ['customer', 'invoice', 'payment'];
  const run = (): Promise<unknown> => invokeBulkSync(stack, { action: 'sync', accountId: ACCOUNT, types, requestedBy: 'bench' });
  const whole = await measured(books, run, async () => (await invoicesThere(books, 'PAID')).length === BUSINESS);
  console.error(`  a business of ${String(BUSINESS * 3)} records: ${JSON.stringify(whole)}`);

  await business(stack, BUSINESS, UNPAID, false);
  await eventually('the unpaid invoices', WAIT_MS, async () =>
    (await invoicesThere(books, 'AUTHORISED')).length === UNPAID ? true : undefined,
  );
  await eventually('rest', WAIT_MS, async () => ((await isAtRest(stack)) ? true : undefined));
  const unpaid = await invoicesThere(books, 'AUTHORISED');
  await systems.sandboxSettings({ webhookDelayMs: LATE_WEBHOOK_MS });
  const payAll = (): Promise<void> =>
    forEachLimit(unpaid, AT_ONCE, ({ InvoiceID }) =>
      json(`${stack.xeroUrl}/_sandbox/as-user/invoices/${InvoiceID}/pay`, { method: 'POST', body: { tenantId } }),
    );
  const paidHere = async (): Promise<boolean> =>
    (await here<{ paymentStatus: string }>(stack, 'invoices')).filter(({ paymentStatus }) => paymentStatus !== 'paid').length === 0;
  const paid = await measured(books, payAll, paidHere);
  console.error(`  ${String(UNPAID)} invoices paid in Xero: ${JSON.stringify(paid)}`);

  await systems.sandboxSettings({ webhookDelayMs: 150 });
  const payments = (await here<{ id: string }>(stack, 'payments')).slice(0, DELETED);
  const before = await paymentsThere(books);
  const deleteAll = (): Promise<void> =>
    forEachLimit(payments, AT_ONCE, ({ id }) => json(`${stack.gesUrl}/_ges/accounts/${ACCOUNT}/payments/${id}`, { method: 'DELETE' }));
  const gone = await measured(books, deleteAll, async () => (await paymentsThere(books)) === before - DELETED);
  console.error(`  ${String(DELETED)} payments deleted in GES: ${JSON.stringify(gone)}`);

  return [
    figure('stack.business-3000-s', whole.seconds, 's', 150),
    figure('stack.business-3000-calls', whole.calls, 'calls', 75),
    figure('stack.paid-in-xero-250-s', paid.seconds, 's', 180),
    figure('stack.paid-in-xero-250-calls', paid.calls, 'calls', 12),
    figure('stack.deleted-in-ges-120-s', gone.seconds, 's', 240),
    figure('stack.untruths', whole.untruths + paid.untruths + gone.untruths, 'times', 0),
  ];
}

export const STACK_BENCHES: readonly Bench[] = [stack];
