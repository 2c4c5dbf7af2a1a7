import type { Allocations } from 'xero-node/dist/gen/model/accounting/allocations.js';
import type { CreditNote } from 'xero-node/dist/gen/model/accounting/creditNote.js';
import type { CreditNotes } from 'xero-node/dist/gen/model/accounting/creditNotes.js';
import type { NewInvoice, XeroInvoice } from '../domain/xero-invoice.ts';
import type { XeroBooks } from '../sync/books-port.ts';
import { poundsOf } from './amounts.ts';
import type { ApiCall, ApiCaller } from './api-caller.ts';
import { toAllocation, toCredit, toCreditNoteUpdate, toNewCreditNote } from './credit-note-mapping.ts';
import { answersInOrder, listOf, sameId, type ElementReading } from './element-answers.ts';
import type { InvoiceUpdate } from './invoice-mapping.ts';
import { BY_CHANGE, PAGE_SIZE, readFeedPage } from './paged-reads.ts';

/** On reads and writes, or prices come back rounded to pence. */
const UNIT_DECIMALS = 4;
const OF_CUSTOMERS = 'Type=="ACCRECCREDIT"';
const GET = 'GET CreditNotes';
/** A list of credit notes takes no ids but in its filter, 70 characters each as they are sent. */
const IDS_A_CALL = 20;

interface CreditQuery {
  readonly modifiedSince?: Date;
  readonly where: string;
  readonly order?: string;
  readonly page: number;
  readonly pageSize: number;
}

function getCreditNotes({ modifiedSince, where, order, page, pageSize }: CreditQuery): ApiCall<CreditNotes> {
  return {
    operation: GET,
    kind: 'read',
    isList: true,
    notModified: { creditNotes: [] },
    send: (api, tenantId) => api.getCreditNotes(tenantId, modifiedSince, where, order, page, UNIT_DECIMALS, pageSize),
  };
}

const creditsOf = (body: CreditNotes): readonly XeroInvoice[] => listOf(body.creditNotes, GET).map(toCredit);

const common = (operation: string) => ({
  operation,
  noun: 'credit note',
  idOf: (element: CreditNote) => element.creditNoteID,
  toRecord: toCredit,
});
const created: ElementReading<CreditNote, NewInvoice, XeroInvoice> = {
  ...common('PUT CreditNotes'),
  isAbout: (sent, credit) => credit.number === sent.number,
};
const updated: ElementReading<CreditNote, InvoiceUpdate, XeroInvoice> = {
  ...common('POST CreditNotes'),
  isAbout: (sent, credit) => sameId(credit.invoiceId, sent.invoiceId),
};

export type CreditBooks = Pick<
  XeroBooks,
  'creditsByIds' | 'creditFeed' | 'createCredits' | 'updateCredits' | 'allocateCredit' | 'removeAllocation'
>;

/** Credit notes of customers through xero-node. See XeroBooks for what each method does, calls and throws. */
export function createCreditBooks(call: ApiCaller): CreditBooks {
  return {
    async creditsByIds(ids) {
      const lists = Array.from({ length: Math.ceil(ids.length / IDS_A_CALL) }, (_, n) => ids.slice(n * IDS_A_CALL, (n + 1) * IDS_A_CALL));
      const filterOf = (list: readonly string[]): string => list.map((id) => `CreditNoteID==guid("${id}")`).join(' OR ');
      const bodies = await Promise.all(
        lists.map((list) => call(getCreditNotes({ where: filterOf(list), page: 1, pageSize: list.length }))),
      );
      return bodies.flatMap(creditsOf);
    },

    creditFeed: (since, page) =>
      readFeedPage(
        call,
        getCreditNotes({ modifiedSince: new Date(since), where: OF_CUSTOMERS, order: BY_CHANGE, page, pageSize: PAGE_SIZE }),
        creditsOf,
      ),

    async createCredits(elements, idempotencyKey) {
      const creditNotes = elements.map(toNewCreditNote);
      const body = await call<CreditNotes>({
        operation: created.operation,
        kind: 'write',
        send: (api, tenantId) => api.createCreditNotes(tenantId, { creditNotes }, false, UNIT_DECIMALS, idempotencyKey),
      });
      return answersInOrder(body.creditNotes, elements, created);
    },

    async updateCredits(elements, idempotencyKey) {
      const creditNotes = elements.map(toCreditNoteUpdate);
      const body = await call<CreditNotes>({
        operation: updated.operation,
        kind: 'write',
        send: (api, tenantId) => api.updateOrCreateCreditNotes(tenantId, { creditNotes }, false, UNIT_DECIMALS, idempotencyKey),
      });
      return answersInOrder(body.creditNotes, elements, updated);
    },

    async allocateCredit(creditId, { invoiceId, amount, date }, idempotencyKey) {
      const allocations = [{ invoice: { invoiceID: invoiceId }, amount: poundsOf(amount), date }];
      const body = await call<Allocations>({
        operation: 'PUT Allocations',
        kind: 'write',
        send: (api, tenantId) => api.createCreditNoteAllocation(tenantId, creditId, { allocations }, false, idempotencyKey),
      });
      const [answer] = listOf(body.allocations, 'PUT Allocations');
      const messages = (answer?.validationErrors ?? []).flatMap(({ message }) => message ?? []);
      const isRefused = answer === undefined || messages.length > 0 || answer.statusAttributeString === 'ERROR' || !answer.allocationID;
      if (isRefused)
        return { ok: false, messages: messages.length > 0 ? messages : ['Xero refused this allocation without giving a reason.'] };
      return { ok: true, record: { ...toAllocation(answer), invoiceId, amount } };
    },

    async removeAllocation(creditId, allocationId) {
      await call({
        operation: 'DELETE Allocations',
        kind: 'write',
        send: (api, tenantId) => api.deleteCreditNoteAllocations(tenantId, creditId, allocationId),
      });
    },
  };
}
