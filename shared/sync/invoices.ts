import type { Decision } from '../domain/decision.ts';
import { compareTotals } from '../domain/invoice-build.ts';
import { decideLinkedInvoice, decideNewInvoice, decideTakenNumber, type InvoiceContext } from '../domain/invoice-policy.ts';
import { numberTaken, refusedDocument, voidWithMoney } from '../domain/invoice-problems.ts';
import { xeroLinesField } from '../domain/invoice-lines.ts';
import { invoiceFields, isSameNumber, systemAccountCode, toInvoicePatch, xeroInvoiceFields } from '../domain/invoice.ts';
import { quietAct, type ActDecision } from '../domain/decision.ts';
import type { GesInvoice } from '../domain/records.ts';
import type { InvoiceElement, OrganisationFacts, XeroInvoice } from '../domain/xero-invoice.ts';
import { refusalCode } from '../domain/xero-refusals.ts';
import type { Pass } from './deps.ts';
import type { Decided, Driver, Ready } from './driver.ts';
import { AttentionFailure } from './errors.ts';
import { currentFacts, fresherFacts } from './facts.ts';
import { readByIds } from './ges-reads.ts';
import { guarded } from './guarded.ts';
import { lookAgainInXero } from './look-again.ts';
import { readInvoices } from './paid-in-xero.ts';
import { followXeroPayments } from './xero-payments.ts';
import { takePaymentsAlong } from './payments-along.ts';

export type InvoiceReady = Ready<GesInvoice, XeroInvoice>;
type InvoiceDecided = Decided<XeroInvoice, InvoiceElement>;

/** Invoices: what the drain must know about them. The policy itself is in `domain/invoice-policy.ts`. */
export function createInvoices(facts: OrganisationFacts): Driver<GesInvoice, XeroInvoice, InvoiceElement> {
  return {
    type: 'invoice',
    whenDeletedInGes: 'decide',
    parseSnapshot: (snapshot) => snapshot as GesInvoice,
    revisionOf: (ges) => ges.revision,
    gesFields: invoiceFields,
    xeroFields: (xero) => xeroInvoiceFields(xero, facts),
    xeroId: (xero) => xero.invoiceId,
    xeroUpdatedAt: (xero) => xero.updatedAt,
    sentFields: (element) => sentFields(element, facts),
    isMadeBy: (xero, intent) => {
      const { number, contactId, url } = intent.element as InvoiceElement & { kind: 'create' };
      return xero.number === number && xero.contactId === contactId && xero.url === url;
    },

    readGes: (pass, gesIds) => readByIds(pass, 'invoice', gesIds, (query) => pass.deps.ges.listInvoices(pass.scope.accountId, query)),
    readXero: readInvoices,
    readXeroSince: (pass, since) => pass.books.invoicesModifiedSince(since),
    beforeDecide: followXeroPayments,
    afterCreate: takePaymentsAlong,

    async decide(pass, records, thorough) {
      const contacts = await contactsOf(pass, records);
      let decided = decideAll(pass, records, contacts, facts);
      const fresher = hasAttention(decided) ? await fresherFacts(pass, facts) : undefined;
      if (fresher !== undefined) decided = decideAll(pass, records, contacts, fresher);
      return thorough ? settleNumbers(pass, records, decided, contacts) : decided;
    },
    refused,
    checkAgreed: (ges, xero) => compareTotals(ges, xero, facts),

    async writeGes(pass, gesId, revision, patch, base) {
      const body = toInvoicePatch(patch, base ?? { ges: {}, xero: {} });
      if (body === undefined) throw new Error(`invoice ${gesId} has lines that GES cannot hold`);
      try {
        return await pass.deps.ges.patchInvoice(pass.scope.accountId, gesId, revision, body);
      } catch (error) {
        if (!(error instanceof AttentionFailure) || body.status !== 'void') throw error;
        throw new AttentionFailure(voidWithMoney(error.problem.detail), { cause: error });
      }
    },
    deleteInGes: async () => ({ outcome: 'gone' }),
    create: (pass, elements, key) =>
      pass.books.createInvoices(
        elements.filter((element) => element.kind === 'create'),
        key,
      ),
    update: (pass, elements, key) =>
      pass.books.updateInvoices(
        elements.flatMap(({ xeroId, element }) => (element.kind === 'create' ? [] : [{ ...element, invoiceId: xeroId }])),
        key,
      ),
  };
}

/** The driver with the organisation's facts as they are known now. Xero calls: none, or five once a day. */
export async function invoicesOf(pass: Pass): Promise<Driver<GesInvoice, XeroInvoice, InvoiceElement>> {
  return createInvoices(await currentFacts(pass));
}

function decideAll(
  pass: Pass,
  records: readonly InvoiceReady[],
  contacts: ReadonlyMap<string, string>,
  facts: OrganisationFacts,
): ReadonlyMap<string, InvoiceDecided> {
  const context: InvoiceContext = { facts, salesAccountId: pass.connection.settings.salesAccountId };
  return new Map(
    records.map((record) => [record.work.gesId, { decision: guarded(pass.log, record.work, () => decideOne(record, contacts, context)) }]),
  );
}

function decideOne(record: InvoiceReady, contacts: ReadonlyMap<string, string>, context: InvoiceContext): Decision<InvoiceElement> {
  const { link, base, ges, xero, isDeletedInGes } = record;
  if (link?.xeroId !== undefined) {
    const side = { fields: ges.fields, snapshot: ges.snapshot, deleted: isDeletedInGes };
    return decideLinkedInvoice(side, xero, { ges: base?.ges ?? {}, xero: base?.xero ?? {} }, context);
  }
  if (ges.snapshot === undefined) return { kind: 'not-followed', reason: 'an invoice that Xero does not have changed nothing in GES' };
  return decideNewInvoice(ges.snapshot, contacts.get(ges.snapshot.customerId), context);
}

/** ContactIDs of the customers of new invoices, as far as they are linked (C1). */
async function contactsOf(pass: Pass, records: readonly InvoiceReady[]): Promise<ReadonlyMap<string, string>> {
  const unlinked = records.filter((record) => record.link?.xeroId === undefined);
  const customerIds = [...new Set(unlinked.flatMap(({ ges }) => (ges.snapshot === undefined ? [] : [ges.snapshot.customerId])))];
  const links = await pass.deps.links.getLinks(pass.scope, 'customer', customerIds);
  return new Map([...links].flatMap(([gesId, link]) => (link.xeroId === undefined ? [] : [[gesId, link.xeroId]])));
}

/**
 * After a refusal because of a taken number: who has it (C3)? Xero calls: one per 50 numbers.
 */
async function settleNumbers(
  pass: Pass,
  records: readonly InvoiceReady[],
  decided: ReadonlyMap<string, InvoiceDecided>,
  contacts: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, InvoiceDecided>> {
  const creating = records.flatMap(({ work, ges }) => {
    const outcome = decided.get(work.gesId);
    const isCreate = outcome?.decision.kind === 'act' && outcome.decision.xero.op === 'create';
    return isCreate && ges.snapshot !== undefined ? [ges.snapshot] : [];
  });
  const holders = creating.length === 0 ? [] : await pass.books.invoicesByNumbers(creating.map((invoice) => invoice.number.trim()));
  const linked = await pass.deps.links.findAliases(
    pass.scope,
    'invoice',
    holders.map((holder) => holder.invoiceId),
  );
  const settled = new Map(decided);
  for (const invoice of creating) {
    const ofNumber = holders.filter((holder) => isSameNumber(holder.number, invoice.number));
    if (ofNumber.length === 0) continue;
    const verdict = decideTakenNumber(invoice, contacts.get(invoice.customerId) ?? '', ofNumber, (id) => linked.has(id));
    if ('problem' in verdict) settled.set(invoice.id, { decision: { kind: 'attention', problem: verdict.problem } });
    else settled.set(invoice.id, await adoptInvoice(pass, verdict.adopt));
  }
  return settled;
}

/** Money that lies on it already is news of its own (D3): once it is linked, it is looked at again. */
async function adoptInvoice(pass: Pass, xero: XeroInvoice): Promise<InvoiceDecided> {
  if (xero.amountPaid !== 0) await lookAgainInXero(pass, 'invoice', xero.invoiceId, xero.updatedAt + 1);
  const note = { code: 'adopted', text: `Linked to the Xero invoice ${xero.number}, which was there already.` };
  return { decision: { ...quietAct(), xeroId: xero.invoiceId, notes: [note] }, xero };
}

function hasAttention(decided: ReadonlyMap<string, InvoiceDecided>): boolean {
  return [...decided.values()].some(({ decision }) => decision.kind === 'attention');
}

/** A number that is taken, though we looked and found nobody who has it, needs a person: asking again would find nothing new. */
function refused(record: InvoiceReady, decision: ActDecision<InvoiceElement>, messages: readonly string[], thorough: boolean) {
  if (refusalCode(messages) !== 'number-taken') return { kind: 'attention', problem: refusedDocument(messages) } as const;
  if (decision.xero.op === 'create' && !thorough) return 'decide-again';
  return { kind: 'attention', problem: numberTaken(record.ges.fields['number'] ?? '', messages.join(' · ')) } as const;
}

function sentFields(element: InvoiceElement, facts: OrganisationFacts): Record<string, string> {
  if (element.kind !== 'create') return {};
  // Lines have no LineItemIDs before Xero answers; they get them when the record is looked at once more.
  const lines = element.lines.map((line) => ({ itemCode: '', tracking: [], ...line, lineItemId: '', discountAmount: 0 }));
  return {
    number: element.number,
    issueDate: element.date,
    dueDate: element.dueDate,
    reference: element.reference,
    lines: xeroLinesField({ lineAmountTypes: element.lineAmountTypes, lines }, systemAccountCode(facts, 'ROUNDING')),
    status: 'AUTHORISED',
  };
}
