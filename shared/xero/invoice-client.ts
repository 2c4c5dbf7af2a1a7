import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Invoices } from 'xero-node/dist/gen/model/accounting/invoices.js';
import type { NewInvoice, XeroInvoice } from '../domain/xero-invoice.ts';
import type { XeroMoneyBooks } from '../sync/money-ports.ts';
import type { ApiCaller } from './api-caller.ts';
import { answersInOrder, listOf, sameId, type ElementReading } from './element-answers.ts';
import { toInvoice, toNewXeroInvoice, toXeroInvoiceUpdate, type InvoiceUpdate } from './invoice-mapping.ts';
import { PAGE_SIZE, listsForCalls, readEveryPage } from './paged-reads.ts';

/** On reads and writes, or prices come back rounded to pence. */
const UNIT_DECIMALS = 4;
const SALES = 'Type=="ACCREC"';
const GET = 'GET Invoices';

/** Named arguments for xero-node's long positional signature, which changes between majors. */
interface InvoiceQuery {
  readonly modifiedSince?: Date;
  readonly where?: string;
  readonly ids?: readonly string[];
  readonly numbers?: readonly string[];
  readonly page: number;
  readonly pageSize: number;
}

/** One page: only paged lists carry lines. */
async function getInvoices(call: ApiCaller, query: InvoiceQuery): Promise<{ items: readonly XeroInvoice[]; body: Invoices }> {
  const { modifiedSince, where, ids, numbers, page, pageSize } = query;
  const body = await call<Invoices>({
    operation: GET,
    kind: 'read',
    isList: true,
    notModified: { invoices: [] },
    send: (api, tenantId) =>
      api.getInvoices(
        tenantId,
        modifiedSince,
        where,
        undefined,
        ids && [...ids],
        numbers && [...numbers],
        undefined,
        undefined,
        page,
        undefined,
        undefined,
        UNIT_DECIMALS,
        undefined,
        pageSize,
      ),
  });
  return { items: listOf(body.invoices, GET).map(toInvoice), body };
}

function readAll(call: ApiCaller, query: Omit<InvoiceQuery, 'page' | 'pageSize'>): Promise<readonly XeroInvoice[]> {
  return readEveryPage(
    'Invoices',
    (invoice) => invoice.invoiceId,
    async (page) => {
      const { items, body } = await getInvoices(call, { ...query, page, pageSize: PAGE_SIZE });
      return { items, pagination: body.pagination };
    },
  );
}

/** A number with a comma in it cannot stand in a comma list: it is asked for by itself. */
function numberQueries(numbers: readonly string[]): readonly Pick<InvoiceQuery, 'where' | 'numbers'>[] {
  const plain = numbers.filter((number) => !number.includes(','));
  const others = numbers.filter((number) => number.includes(','));
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  return [
    ...listsForCalls(plain).map((list) => ({ where: SALES, numbers: list })),
    ...others.map((number) => ({ where: `${SALES} AND InvoiceNumber==${quoted(number)}` })),
  ];
}

const common = (operation: string) => ({
  operation,
  noun: 'invoice',
  idOf: (element: Invoice) => element.invoiceID,
  toRecord: toInvoice,
});
const created: ElementReading<Invoice, NewInvoice, XeroInvoice> = {
  ...common('PUT Invoices'),
  isAbout: (sent, invoice) => invoice.number === sent.number,
};
const updated: ElementReading<Invoice, InvoiceUpdate, XeroInvoice> = {
  ...common('POST Invoices'),
  isAbout: (sent, invoice) => sameId(invoice.invoiceId, sent.invoiceId),
};

export type InvoiceBooks = Pick<
  XeroMoneyBooks,
  'invoicesByIds' | 'invoicesByNumbers' | 'invoicesModifiedSince' | 'createInvoices' | 'updateInvoices'
>;

/** Sales invoices through xero-node. See XeroMoneyBooks for what each method does, calls and throws. */
export function createInvoiceBooks(call: ApiCaller): InvoiceBooks {
  return {
    async invoicesByIds(ids) {
      const pages = await Promise.all(listsForCalls(ids).map((list) => getInvoices(call, { ids: list, page: 1, pageSize: list.length })));
      return pages.flatMap(({ items }) => items);
    },

    async invoicesByNumbers(numbers) {
      const found = await Promise.all(numberQueries(numbers).map((query) => readAll(call, query)));
      return found.flat().filter((invoice) => invoice.type === 'ACCREC');
    },

    async invoicesModifiedSince(since) {
      const found = await readAll(call, { modifiedSince: new Date(since), where: SALES });
      return found.filter((invoice) => invoice.type === 'ACCREC');
    },

    async createInvoices(elements, idempotencyKey) {
      const invoices = elements.map(toNewXeroInvoice);
      const body = await call<Invoices>({
        operation: created.operation,
        kind: 'write',
        send: (api, tenantId) => api.createInvoices(tenantId, { invoices }, false, UNIT_DECIMALS, idempotencyKey),
      });
      return answersInOrder(body.invoices, elements, created);
    },

    async updateInvoices(elements, idempotencyKey) {
      const invoices = elements.map(toXeroInvoiceUpdate);
      const body = await call<Invoices>({
        operation: updated.operation,
        kind: 'write',
        send: (api, tenantId) => api.updateOrCreateInvoices(tenantId, { invoices }, false, UNIT_DECIMALS, idempotencyKey),
      });
      return answersInOrder(body.invoices, elements, updated);
    },
  };
}
