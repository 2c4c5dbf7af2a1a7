import { quietAct, type ActDecision, type Decision } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import { kindsOf } from '../domain/invoice-first.ts';
import { compareTotals } from '../domain/invoice-totals.ts';
import { isDeductionLine, isRoundingLine, readLines, writeLines, xeroLinesField, type FieldLine } from '../domain/invoice-lines.ts';
import { withPairs, type KnownLine } from '../domain/line-pairs.ts';
import { fewTriedAtOnce } from '../domain/invoice-first.ts';
import {
  decideLinkedInvoice,
  decideNewInvoice,
  decideTakenNumber,
  type InvoiceContext,
  type InvoiceCustomer,
} from '../domain/invoice-policy.ts';
import { refusedDocument } from '../domain/document-refusals.ts';
import { numberTaken, voidWithMoney } from '../domain/invoice-problems.ts';
import { invoiceFields, isSameNumber, purposeCodes, toInvoicePatch, xeroInvoiceFields } from '../domain/invoice.ts';
import type { GesInvoice } from '../domain/records.ts';
import type {
  DocumentKind,
  InvoiceElement,
  LineAmountTypes,
  OrganisationFacts,
  OutgoingLine,
  XeroInvoice,
} from '../domain/xero-invoice.ts';
import { refusalCode } from '../domain/xero-refusals.ts';
import { holdVoids } from './brake.ts';
import { chunks } from './concurrency.ts';
import { IDS_A_CALL } from './directory.ts';
import type { Acted } from './act.ts';
import type { Decided, Entity, KnownOfBase, Loaded } from './entity.ts';
import { AttentionFailure } from './errors.ts';
import { currentFacts, factsAfterRefusal, factsForCis, fresherFacts, hangsOnFacts } from './facts.ts';
import { readByIds } from './ges-reads.ts';
import { guarded } from './guarded.ts';
import { customersOf } from './invoice-customers.ts';
import type { Pass } from './pass.ts';

export type LoadedInvoice = Loaded<GesInvoice, XeroInvoice>;
type DecidedInvoice = Decided<XeroInvoice, InvoiceElement>;
export type InvoiceEntity = Entity<GesInvoice, XeroInvoice, InvoiceElement>;

/** Invoices: what a pass must know about their own fields, with the organisation's facts as they are known now. The policy itself is in `domain/invoice-policy.ts`. */
export function createInvoices(facts: OrganisationFacts): InvoiceEntity {
  return {
    type: 'invoice',
    ges: {
      fields: invoiceFields,
      read: (pass, gesIds) => readByIds(pass, 'invoice', gesIds, (query) => pass.ges.listInvoices(query)),
      async write(pass, gesId, revision, patch) {
        const body = toInvoicePatch(patch);
        try {
          return await pass.ges.patchInvoice(gesId, revision, body);
        } catch (failure) {
          if (!(failure instanceof AttentionFailure) || body.status !== 'void') throw failure;
          throw new AttentionFailure(voidWithMoney(failure.problem.detail), { cause: failure });
        }
      },
    },
    xero: {
      id: (xero) => xero.invoiceId,
      fields: (xero) => xeroInvoiceFields(xero, facts),
      fieldsAfter: (element) => fieldsAfter(element, facts),
      asBase: (fields, known) => withLinePairs(fields, known, facts),
      isMadeBy: (xero, { element }) => {
        if (element === undefined) return false;
        const { number, contactId, url } = element as InvoiceElement & { kind: 'create' };
        return xero.number === number && xero.contactId === contactId && xero.url === url;
      },
      read: readDocuments,
      changedSince: async (pass, since) => (await pass.feeds.invoices(since)).items,
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
    },
    policy: {
      deletionInGes: 'decided',
      decide: (pass, records, thorough) => decide(pass, records, thorough, facts),
      refused,
      checkAgreed: (ges, xero) => compareTotals(ges, xero, facts),
    },
  };
}

/** The entity with the organisation's facts. Xero calls: none, or five once a day; one more for CIS invoices (C8). */
export async function invoicesOf(pass: Pass, hasCis: boolean): Promise<InvoiceEntity> {
  return createInvoices(await (hasCis ? factsForCis(pass) : currentFacts(pass)));
}

/** Invoices as they are in Xero now. One Xero call per 40. */
export async function readInvoices(pass: Pass, xeroIds: readonly string[]): Promise<ReadonlyMap<string, XeroInvoice>> {
  const read = new Map<string, XeroInvoice>();
  for (const ids of chunks([...new Set(xeroIds)], IDS_A_CALL))
    for (const invoice of await pass.books.invoicesByIds(ids)) read.set(invoice.invoiceId, invoice);
  return read;
}

/** C7a: kinds of documents that Xero has now approved with the totals that were predicted. */
export function provenBy({ step, xero, snapshot }: Acted<GesInvoice, XeroInvoice>): readonly DocumentKind[] {
  const isApproved = xero?.status === 'AUTHORISED' || xero?.status === 'PAID';
  return isApproved && step.link.status === 'synced' && snapshot !== undefined ? kindsOf(snapshot) : [];
}

/** Invoices by id, and where there is no invoice of an id, the credit note of it (C13). One Xero call per 40, one per 20 credit notes. */
async function readDocuments(pass: Pass, xeroIds: readonly string[]): Promise<ReadonlyMap<string, XeroInvoice>> {
  const invoices = await readInvoices(pass, xeroIds);
  const others = [...new Set(xeroIds)].filter((id) => !invoices.has(id));
  const credits = others.length === 0 ? [] : await pass.books.creditsByIds(others);
  return new Map([...invoices, ...credits.map((credit) => [credit.invoiceId, credit] as const)]);
}

async function decide(
  pass: Pass,
  records: readonly LoadedInvoice[],
  thorough: boolean,
  facts: OrganisationFacts,
): Promise<ReadonlyMap<string, DecidedInvoice>> {
  const customers = await customersOf(pass, records);
  const refusals = records.flatMap(({ refusal }) => (refusal === undefined ? [] : refusedDocument(refusal).code));
  let decided = decideAll(pass, records, customers, (await factsAfterRefusal(pass, refusals)) ?? facts);
  const codes = [...decided.values()].flatMap(({ decision }) => (decision.kind === 'attention' ? [decision.problem.code] : []));
  const fresher = await fresherFacts(pass, codes);
  if (fresher !== undefined) decided = decideAll(pass, records, customers, fresher);
  if (thorough) return decideNumbers(pass, records, decided, customers);
  const byId = new Map(records.map((record) => [record.work.gesId, record]));
  return holdVoids(pass, decided, (gesId) => byId.get(gesId)?.ges.fields['number'] ?? '');
}

function decideAll(
  pass: Pass,
  records: readonly LoadedInvoice[],
  customers: ReadonlyMap<string, InvoiceCustomer>,
  facts: OrganisationFacts,
): ReadonlyMap<string, DecidedInvoice> {
  const { salesAccountId } = pass.connection.settings;
  const decisions = new Map(
    records.map((record) => {
      const context = { facts, salesAccountId, customer: customers.get(record.work.gesId) ?? {} };
      return [record.work.gesId, guarded(pass.log, record.work, () => decideOne(record, context))];
    }),
  );
  return new Map([...fewTriedAtOnce(decisions)].map(([gesId, decision]) => [gesId, { decision }]));
}

function decideOne(record: LoadedInvoice, context: InvoiceContext): Decision<InvoiceElement> {
  const { link, base, ges, xero, isDeletedInGes } = record;
  if (link?.xeroId !== undefined) {
    const side = { fields: ges.fields, snapshot: ges.snapshot, deleted: isDeletedInGes };
    return decideLinkedInvoice(side, xero, { ges: base?.ges ?? {}, xero: base?.xero ?? {} }, context);
  }
  if (ges.snapshot === undefined) return { kind: 'not-followed', reason: 'an invoice that Xero does not have changed nothing in GES' };
  return decideNewInvoice(ges.snapshot, context.customer?.contactId, context);
}

/** After a refusal because of a taken number: who has it (C3)? Xero calls: one per so many numbers as an address takes. */
async function decideNumbers(
  pass: Pass,
  records: readonly LoadedInvoice[],
  decided: ReadonlyMap<string, DecidedInvoice>,
  customers: ReadonlyMap<string, InvoiceCustomer>,
): Promise<ReadonlyMap<string, DecidedInvoice>> {
  const creating = records.flatMap(({ work, ges }) => {
    const outcome = decided.get(work.gesId);
    const isCreate = outcome?.decision.kind === 'act' && outcome.decision.xero.op === 'create';
    return isCreate && ges.snapshot !== undefined ? [ges.snapshot] : [];
  });
  const holders = creating.length === 0 ? [] : await pass.books.invoicesByNumbers(creating.map((invoice) => invoice.number.trim()));
  const linked = await pass.deps.records.findAliases(
    pass.scope,
    'invoice',
    holders.map((holder) => holder.invoiceId),
  );
  const verdicts = new Map(decided);
  for (const invoice of creating) {
    const ofNumber = holders.filter((holder) => isSameNumber(holder.number, invoice.number));
    if (ofNumber.length === 0) continue;
    const verdict = decideTakenNumber(invoice, customers.get(invoice.id)?.contactId ?? '', ofNumber, (id) => linked.has(id));
    if ('problem' in verdict) verdicts.set(invoice.id, { decision: { kind: 'attention', problem: verdict.problem } });
    else verdicts.set(invoice.id, adopted(verdict.adopt));
  }
  return verdicts;
}

function adopted(xero: XeroInvoice): DecidedInvoice {
  const note = { code: 'adopted', text: `Linked to the Xero invoice ${xero.number}, which was there already.` };
  return { decision: { ...quietAct(), xeroId: xero.invoiceId, notes: [note] }, xero };
}

/** So often a document that is in another state than it was read in is read anew before a person is asked. */
const READ_AGAIN_AT_MOST = 2;

/**
 * What a fact explains is decided again with that fact read anew, and a document that changed meanwhile is read anew. A number that is taken,
 * though we looked and found nobody who has it, needs a person: asking again would find nothing new.
 */
function refused(record: LoadedInvoice, decision: ActDecision<InvoiceElement>, messages: readonly string[], thorough: boolean) {
  const code = refusalCode(messages);
  if (code !== 'number-taken') {
    const problem = refusedDocument(messages);
    if (hangsOnFacts(problem) && !thorough) return 'decide-again';
    const isOutdated = code === 'document-changed' && record.work.attempts < READ_AGAIN_AT_MOST;
    return isOutdated ? 'read-again' : ({ kind: 'attention', problem } as const);
  }
  if (decision.xero.op === 'create' && !thorough) return 'decide-again';
  return { kind: 'attention', problem: numberTaken(record.ges.fields['number'] ?? '', messages.join(' · ')) } as const;
}

function fieldsAfter(element: InvoiceElement, facts: OrganisationFacts): Record<string, string> {
  if (element.kind !== 'create') return {};
  return {
    number: element.number,
    issueDate: element.date,
    dueDate: element.dueDate,
    reference: element.reference,
    lines: sentLinesField(element.lineAmountTypes, element.lines, facts),
    contactId: element.contactId,
    status: element.isDraft === true ? 'DRAFT' : 'AUTHORISED',
  };
}

/** Lines as Xero has them right after they were sent. New ones have no LineItemID before Xero answers. */
function sentLinesField(lineAmountTypes: LineAmountTypes, sent: readonly OutgoingLine[], facts: OrganisationFacts): string {
  const lines = sent.map((line) => ({
    itemCode: '',
    tracking: [],
    lineItemId: '',
    discountAmount: 0,
    ...line,
    discountRate: line.discountRate ?? '0',
    quantity: line.quantity === '' ? '0' : line.quantity,
    unitAmount: line.unitAmount === '' ? '0' : line.unitAmount,
  }));
  const codes = purposeCodes(facts);
  const field = readLines(xeroLinesField({ lineAmountTypes, lines }, codes));
  const gesIds = lines.filter((line) => !isRoundingLine(line, codes.rounding)).map(({ gesId }) => gesId);
  const marked = field.lines.map((line, place) => ({ ...line, ...(gesIds[place] === undefined ? {} : { of: gesIds[place] }) }));
  return writeLines({ ...field, lines: marked });
}

/** Each line of Xero with the GES line that it is (C2). */
function withLinePairs(fields: Fields, { ges, before, element }: KnownOfBase<InvoiceElement>, facts: OrganisationFacts): Fields {
  const isKnown = (line: FieldLine): line is KnownLine => line.of !== undefined;
  const known = (field: string | undefined): readonly KnownLine[] => readLines(field ?? '').lines.filter(isKnown);
  const sent = element !== undefined && 'lines' in element ? (element.lines ?? []) : [];
  const types = element !== undefined && 'lineAmountTypes' in element ? (element.lineAmountTypes ?? 'Exclusive') : 'Exclusive';
  const sendable = readLines(ges['lines'] ?? '').lines.filter((line) => !isDeductionLine(line));
  const ofGes = sendable.map((line) => ({ ...line, id: '', of: line.id }));
  const alive = new Set(ofGes.map(({ of }) => of));
  const ofBase = known(before?.['lines']).filter(({ of }) => alive.has(of));
  const references = [known(sentLinesField(types, sent, facts)), ofBase, ofGes];
  return { ...fields, lines: withPairs(fields['lines'] ?? '', references) };
}
