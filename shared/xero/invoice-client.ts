import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Invoices } from 'xero-node/dist/gen/model/accounting/invoices.js';
import type { NewInvoice, XeroInvoice } from '../domain/xero-invoice.ts';
import type { XeroBooks } from '../sync/books-port.ts';
import type { ApiCall, ApiCaller } from './api-caller.ts';
import { answersInOrder, listOf, sameId, type ElementReading } from './element-answers.ts';
import { toInvoice, toNewXeroInvoice, toXeroInvoiceUpdate, type InvoiceUpdate } from './invoice-mapping.ts';
import { BY_CHANGE, listsForCalls, PAGE_SIZE, readEveryPage, readFeedPage } from './paged-reads.ts';

/** On reads and writes, or prices come back rounded to pence. */
const UNIT_DECIMALS = 4;
const SALES = 'Type=="ACCREC"';
const GET = 'GET Invoices';

/** Named arguments for xero-node's long positional signature, which changes between majors. */
interface InvoiceQuery {
  readonly modifiedSince?: Date;
  readonly where?: string;
  readonly order?: string;
  readonly ids?: readonly string[];
  readonly numbers?: readonly string[];
  readonly page: number;
  readonly pageSize: number;
}

/** One page: only paged lists carry lines. */
function getInvoices(query: InvoiceQuery): ApiCall<Invoices> {
  const { modifiedSince, where, order, ids, numbers, page, pageSize } = query;
  return {
    operation: GET,
    kind: 'read',
    isList: true,
    notModified: { invoices: [] },
    send: (api, tenantId) =>
      api.getInvoices(
        tenantId,
        modifiedSince,
        where,
        order,
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
  };
}

const invoicesOf = (body: Invoices): readonly XeroInvoice[] => listOf(body.invoices, GET).map(toInvoice);
const isSale = (invoice: XeroInvoice): boolean => invoice.type === 'ACCREC';

function readAll(call: ApiCaller, query: Omit<InvoiceQuery, 'page' | 'pageSize'>): Promise<readonly XeroInvoice[]> {
  return readEveryPage(
    'Invoices',
    (invoice) => invoice.invoiceId,
    async (page) => {
      const body = await call(getInvoices({ ...query, page, pageSize: PAGE_SIZE }));
      return { items: invoicesOf(body), pagination: body.pagination };
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

export type InvoiceBooks = Pick<XeroBooks, 'invoicesByIds' | 'invoicesByNumbers' | 'invoiceFeed' | 'createInvoices' | 'updateInvoices'>;

/** Sales invoices through xero-node. See XeroBooks for what each method does, calls and throws. */
export function createInvoiceBooks(call: ApiCaller): InvoiceBooks {
  return {
    async invoicesByIds(ids) {
      const bodies = await Promise.all(listsForCalls(ids).map((list) => call(getInvoices({ ids: list, page: 1, pageSize: list.length }))));
      return bodies.flatMap(invoicesOf);
    },

    async invoicesByNumbers(numbers) {
      const found = await Promise.all(numberQueries(numbers).map((query) => readAll(call, query)));
      return found.flat().filter(isSale);
    },

    async invoiceFeed(since, page) {
      const read = getInvoices({ modifiedSince: new Date(since), where: SALES, order: BY_CHANGE, page, pageSize: PAGE_SIZE });
      const { items, ...rest } = await readFeedPage(call, read, invoicesOf);
      return { items: items.filter(isSale), ...rest };
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
