import { quietAct, type ActDecision, type Decision } from './decision.ts';
import type { Fields } from './fields.ts';
import { buildLines, reworded } from './invoice-build.ts';
import { decideDraft, isBeingChecked, isFirstOfItsKind } from './invoice-first.ts';
import { headerFormProblem, linesFormProblem } from './invoice-form.ts';
import {
  contactOfDocumentArchived,
  customerChanged,
  invoiceMissing,
  invoiceMoved,
  notInPounds,
  numberTaken,
  organisationNotInPounds,
  paidInvoiceEdited,
  periodLocked,
  numberMissing,
  planLimit,
  voidWithMoney,
  waitsForCustomer,
  zeroTotalVoid,
} from './invoice-problems.ts';
import { invoiceWarnings } from './invoice-warnings.ts';
import { FIELDS_OPEN_WHEN_PAID, INVOICE_RULES, invoiceFields, xeroInvoiceFields } from './invoice.ts';
import { mergeLines, type LineMerge } from './line-merge.ts';
import { toPence } from './money.ts';
import { reconcile, type Merge } from './reconcile.ts';
import type { GesInvoice, Problem } from './records.ts';
import type { InvoiceChange, InvoiceElement, OrganisationFacts, XeroInvoice } from './xero-invoice.ts';

/** What must happen to one invoice (sync-policy A4, C1, C2, C4–C10, E1). Pure. */

export interface InvoiceContext {
  readonly facts: OrganisationFacts;
  readonly salesAccountId: string | null;
  /** Of the customer that GES has it for. Absent: it was not looked up, because nothing hangs on it. */
  readonly customer?: InvoiceCustomer;
}
export interface InvoiceCustomer {
  /** The contact that the customer is linked to. */
  readonly contactId?: string;
  /** Its contact is archived in Xero, as far as its link knows (B5). */
  readonly isArchived?: true;
  readonly vatNumber?: string;
  /** The contacts that the invoice was with and is with now, where it has moved in Xero (C2a). */
  readonly moved?: { readonly from: MovedContact; readonly to: MovedContact };
}
export interface MovedContact {
  readonly name: string;
  /** It was merged away into this one (B6). */
  readonly mergedTo?: string;
}
/** The GES side: the snapshot where we have it; with Xero news alone only the fields of the base. */
export interface GesSide {
  readonly fields: Fields;
  readonly snapshot: GesInvoice | undefined;
  readonly deleted: boolean;
}
/** The last agreement of both sides. */
export interface Agreement {
  readonly ges: Fields;
  readonly xero: Fields;
}

/** An invoice that Xero does not have yet: sent when issued (A4, C1); a draft, or one that was voided before it was sent, is not (A4, C4). */
export function decideNewInvoice(invoice: GesInvoice, contactId: string | undefined, context: InvoiceContext): Decision<InvoiceElement> {
  if (invoice.status === 'draft') return { kind: 'not-followed', reason: 'A4: a draft is not sent' };
  if (invoice.status === 'void') return { kind: 'not-followed', reason: 'C4: a void invoice that was never sent is not sent' };
  if (invoice.number.trim() === '') return { kind: 'attention', problem: numberMissing() };
  const problem =
    currencyProblem(invoice, context.facts) ??
    lockProblem([invoice.issueDate], context.facts) ??
    headerFormProblem(invoice) ??
    linesFormProblem(invoice);
  if (problem !== undefined) return { kind: 'attention', problem };
  if (!context.facts.mayApproveInvoices) return { kind: 'attention', problem: planLimit() };
  const built = buildLines(invoice, context);
  if ('problem' in built) return { kind: 'attention', problem: built.problem };
  if (contactId === undefined) return { kind: 'wait', problem: waitsForCustomer(invoice.customerId) };
  if (context.customer?.isArchived === true) return { kind: 'attention', problem: contactOfDocumentArchived() };
  const isFirst = isFirstOfItsKind(invoice, context.facts);
  return {
    ...quietAct(),
    xero: {
      op: 'create',
      element: {
        kind: 'create',
        ...(isFirst ? { isDraft: true } : {}),
        contactId,
        number: invoice.number.trim(),
        date: invoice.issueDate,
        dueDate: invoice.dueDate,
        reference: INVOICE_RULES['reference']?.toXero(invoice.reference.trim()) ?? '',
        url: invoice.webUrl,
        lineAmountTypes: built.lineAmountTypes,
        lines: built.lines,
      },
    },
    notes: built.notes.map((text) => ({ code: 'rounding', text })),
    warnings: warningsOf(invoiceFields(invoice), context),
    ...(isFirst ? { unfinished: isBeingChecked() } : {}),
  };
}

function warningsOf(ges: Fields, { facts, customer }: InvoiceContext): readonly string[] {
  return invoiceWarnings(ges['lines'] ?? '', facts, customer?.vatNumber);
}

/** A linked invoice: ends travel first (C4), then the fields merge (C2, E1). */
export function decideLinkedInvoice(
  ges: GesSide,
  xero: XeroInvoice | undefined,
  base: Agreement,
  context: InvoiceContext,
): Decision<InvoiceElement> {
  if (xero === undefined || xero.type !== 'ACCREC') return { kind: 'attention', problem: invoiceMissing() };
  const act: ActDecision<InvoiceElement> = { ...quietAct(), xeroId: xero.invoiceId };
  const hasEndedInXero = xero.status === 'VOIDED' || xero.status === 'DELETED';
  const hasEndedInGes = ges.deleted || ges.fields['status'] === 'void';
  if (hasEndedInGes) {
    const ended = hasEndedInXero ? act : endInXero(act, xero, context);
    return ended.kind === 'act' && ges.deleted ? { ...ended, tombstone: true } : ended;
  }
  if (hasEndedInXero) {
    // Without a snapshot what is paid may have changed since; GES then refuses the void itself.
    if (ges.snapshot !== undefined && toPence(ges.snapshot.balance.paid) !== 0) return { kind: 'attention', problem: voidWithMoney() };
    const note = { code: 'voided-in-xero', text: 'The invoice was voided in Xero, so it was voided here too.' };
    return { ...act, toGes: { status: 'void' }, notes: [note] };
  }
  if (ges.fields['status'] === 'draft')
    return { kind: 'not-followed', reason: 'A4: back to draft tells Xero nothing; the next issue updates it' };
  const merged = mergeFields(act, ges, xero, base, context);
  // Only we make drafts, and only to compare them (C7a).
  if (xero.status !== 'DRAFT' || merged.kind !== 'act' || merged.problem !== undefined) return merged;
  const isAgreed = merged.xero.op === 'none' && Object.keys(merged.toGes).length === 0;
  return isAgreed ? { ...decideDraft(ges.fields, xero), warnings: merged.warnings } : { ...merged, unfinished: isBeingChecked() };
}

/** Void in GES: VOIDED in Xero, a draft there DELETED; never by removing money (C4). */
function endInXero(act: ActDecision<InvoiceElement>, xero: XeroInvoice, { facts }: InvoiceContext): Decision<InvoiceElement> {
  if (xero.amountPaid !== 0 || xero.amountCredited !== 0) return { kind: 'attention', problem: voidWithMoney() };
  const locked = lockProblem([xero.date], facts);
  if (locked !== undefined) return { kind: 'attention', problem: locked };
  const isDraft = xero.status === 'DRAFT' || xero.status === 'SUBMITTED';
  if (!isDraft && xero.total === 0) return { kind: 'attention', problem: zeroTotalVoid() };
  const element = { kind: 'end', status: isDraft ? 'DELETED' : 'VOIDED' } as const;
  return { ...act, xero: { op: 'update', xeroId: xero.invoiceId, element }, changedInXero: ['status'] };
}

function mergeFields(
  act: ActDecision<InvoiceElement>,
  ges: GesSide,
  xero: XeroInvoice,
  base: Agreement,
  context: InvoiceContext,
): Decision<InvoiceElement> {
  const movedAway = contactProblem(ges, xero, base, context.customer);
  if (movedAway !== undefined) return { kind: 'attention', problem: movedAway };
  const now = { ges: ges.fields, xero: xeroInvoiceFields(xero, context.facts) };
  const merge = reconcile(INVOICE_RULES, base, now);
  const linesOf = (fields: Fields): string => fields['lines'] ?? '';
  const lines = mergeLines({ ges: linesOf(base.ges), xero: linesOf(base.xero) }, { ges: linesOf(now.ges), xero: linesOf(now.xero) });
  const change = changeInXero(merge, lines, ges, xero, context);
  if ('refusal' in change) return { kind: 'attention', problem: change.refusal };
  const { element, problem, withheld } = change;
  const changed = [...Object.keys(merge.toXero), ...(lines.changes.length === 0 ? [] : ['lines'])].filter(
    (field) => !withheld.includes(field),
  );
  const withLines = !withheld.includes('lines');
  const toGes = { ...merge.toGes, ...(withLines && lines.toGes !== undefined ? { lines: lines.toGes } : {}) };
  if (problem !== undefined && changed.length === 0 && Object.keys(toGes).length === 0) return { kind: 'attention', problem };
  return {
    ...act,
    xero: changed.length === 0 ? { op: 'none' } : { op: 'update', xeroId: xero.invoiceId, element },
    changedInXero: changed,
    toGes,
    conflicts: [...merge.conflicts.filter(({ field }) => !withheld.includes(field)), ...(withLines ? lines.conflicts : [])],
    notes: change.notes.map((text) => ({ code: 'rounding', text })),
    warnings: warningsOf(ges.fields, context),
    ...(problem === undefined ? {} : { problem, withheld }),
  };
}

/**
 * C2a: both sides must have the invoice for the same customer. In Xero given to another contact it is asked about, unless the old contact was
 * merged into the new one (B6).
 */
function contactProblem(ges: GesSide, xero: XeroInvoice, base: Agreement, customer: InvoiceCustomer = {}): Problem | undefined {
  const before = base.ges['customerId'];
  if (customer.contactId === xero.contactId) return undefined;
  if (before !== undefined && before !== ges.fields['customerId']) return customerChanged();
  const { moved } = customer;
  if (moved === undefined || moved.from.mergedTo === xero.contactId) return undefined;
  return invoiceMoved(moved.from.name, moved.to.name);
}

/** Is it with another contact in Xero, or with another customer in GES, than when both sides last agreed? */
export function hasMoved(ges: Fields, xero: XeroInvoice | undefined, base: Agreement): boolean {
  const isMoved = (before: string | undefined, now: string | undefined): boolean =>
    before !== undefined && now !== undefined && before !== now;
  return isMoved(base.xero['contactId'], xero?.contactId) || isMoved(base.ges['customerId'], ges['customerId']);
}

/** What Xero is told of an edit in GES; what it would not take, or only a person can decide on, is withheld and the rest goes. */
interface ChangeInXero {
  readonly element: InvoiceChange;
  readonly notes: readonly string[];
  readonly withheld: readonly string[];
  readonly problem?: Problem;
}

/** Proved before it is sent: what is still open (C10), lock dates (C9), lines and totals (C2, C7). `refusal`: nothing at all goes. */
function changeInXero(
  merge: Merge,
  lines: LineMerge,
  ges: GesSide,
  xero: XeroInvoice,
  context: InvoiceContext,
): ChangeInXero | { readonly refusal: Problem } {
  const headers = Object.keys(merge.toXero);
  const nothing: ChangeInXero = { element: { kind: 'change' }, notes: [], withheld: [] };
  const asked = lines.problem === undefined ? nothing : { ...nothing, withheld: ['lines'], problem: lines.problem };
  if (headers.length === 0 && lines.changes.length === 0) return asked;
  const { number, issueDate } = merge.toXero;
  if (number === '') return { refusal: numberMissing() };
  const malformed = headerFormProblem(merge.toXero);
  if (malformed !== undefined) return { refusal: malformed };
  const locked = lockProblem([xero.date, ...(issueDate === undefined ? [] : [issueDate])], context.facts);
  if (locked !== undefined) return { refusal: locked };
  const hasMoney = xero.amountPaid !== 0 || xero.amountCredited !== 0;
  const closed = hasMoney ? headers.filter((field) => !FIELDS_OPEN_WHEN_PAID.has(field)) : [];
  const ofLines = lines.problem === undefined ? linesInXero(lines, ges, xero, context, hasMoney) : nothing;
  if ('refusal' in ofLines) return ofLines;
  const closedLines = 'closed' in ofLines ? ofLines.closed : [];
  const withheld = [...closed, ...(closedLines.length > 0 || lines.problem !== undefined ? ['lines'] : [])];
  const names = [...closed.map((field) => HEADER_NAMES[field] ?? field), ...closedLines];
  const problem = names.length === 0 ? lines.problem : paidInvoiceEdited(names);
  return {
    element: { ...headerChange(merge, closed), ...('closed' in ofLines ? {} : ofLines.element) },
    notes: 'closed' in ofLines ? [] : ofLines.notes,
    withheld,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** How fields are called where a person is told of them. */
const HEADER_NAMES: Readonly<Record<string, string>> = { issueDate: 'the issue date' };

function headerChange({ toXero }: Merge, closed: readonly string[]): InvoiceChange {
  const { number, issueDate, dueDate, reference } = toXero;
  const date = closed.includes('issueDate') ? undefined : issueDate;
  const given = Object.entries({ number, date, dueDate, reference }).filter(([, value]) => value !== undefined);
  return { kind: 'change', ...Object.fromEntries(given) };
}

type LinesInXero =
  | Pick<ChangeInXero, 'element' | 'notes'>
  /** With money on the invoice Xero takes none of this, named in words (C10). */
  | { readonly closed: readonly string[] }
  | { readonly refusal: Problem };

function linesInXero(lines: LineMerge, ges: GesSide, xero: XeroInvoice, context: InvoiceContext, hasMoney: boolean): LinesInXero {
  if (lines.changes.length === 0) return { element: { kind: 'change' }, notes: [] };
  if (ges.snapshot === undefined) throw new Error('lines can change in GES only with a snapshot');
  const malformed = linesFormProblem(ges.snapshot);
  if (malformed !== undefined) return { refusal: malformed };
  if (hasMoney) {
    const mayGo = lines.isWordingOnly && toPence(ges.snapshot.totals.gross) === xero.total;
    if (!mayGo) return { closed: lines.changes };
    return { element: { kind: 'change', lineAmountTypes: xero.lineAmountTypes, lines: reworded(xero, lines) }, notes: [] };
  }
  const built = buildLines(ges.snapshot, { ...context, linked: { xero, merge: lines } });
  if ('problem' in built) return { refusal: built.problem };
  return { element: { kind: 'change', lineAmountTypes: built.lineAmountTypes, lines: built.lines }, notes: built.notes };
}

/**
 * The number is used in Xero already (C3): the same contact, total and date, live and not linked, is the same invoice and is adopted;
 * anything else needs another number.
 */
export function decideTakenNumber(
  invoice: GesInvoice,
  contactId: string,
  holders: readonly XeroInvoice[],
  isLinked: (invoiceId: string) => boolean,
): { readonly adopt: XeroInvoice } | { readonly problem: Problem } {
  const live = holders.find((holder) => holder.status === 'AUTHORISED' || holder.status === 'PAID');
  const isSame =
    live !== undefined &&
    live.type === 'ACCREC' &&
    live.currency === invoice.currency &&
    live.contactId === contactId &&
    live.total === toPence(invoice.totals.gross) &&
    live.date === invoice.issueDate &&
    !isLinked(live.invoiceId);
  return isSame ? { adopt: live } : { problem: numberTaken(invoice.number) };
}

function currencyProblem(invoice: GesInvoice, facts: OrganisationFacts): Problem | undefined {
  if (invoice.currency !== 'GBP') return notInPounds(invoice.currency);
  return facts.baseCurrency === 'GBP' ? undefined : organisationNotInPounds(facts.baseCurrency);
}

/** C9: on or before the lock date nothing is posted or changed; the date is never shifted by us. */
export function lockProblem(dates: readonly string[], { lockedUntil }: Pick<OrganisationFacts, 'lockedUntil'>): Problem | undefined {
  return lockedUntil !== undefined && dates.some((date) => date <= lockedUntil) ? periodLocked(lockedUntil) : undefined;
}
