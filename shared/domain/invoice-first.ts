import { quietAct, type ActDecision, type Decision } from './decision.ts';
import type { Fields } from './fields.ts';
import { readLines } from './invoice-lines.ts';
import { draftDiffers } from './invoice-problems.ts';
import { toPence } from './money.ts';
import type { GesInvoice, Problem } from './records.ts';
import { isReverseCharge } from './vat.ts';
import type { DocumentKind, InvoiceElement, OrganisationFacts, XeroInvoice } from './xero-invoice.ts';

/**
 * C7a: what no source settles is tried safely. The first document of its kind in an organisation is created as a draft, its totals are compared,
 * and only then it is approved; a draft that comes to something else is deleted and a person is asked. Pure.
 */

/** What is not certain about an invoice before Xero has been seen to take one like it. */
export function kindsOf({
  lines,
  pricesIncludeVat,
  totals,
}: Pick<GesInvoice, 'lines' | 'pricesIncludeVat' | 'totals'>): readonly DocumentKind[] {
  const hasReverseCharge = lines.some(({ vat }) => isReverseCharge(vat));
  return [
    ...(hasReverseCharge ? (['reverse-charge'] as const) : []),
    ...(lines.some(({ cis }) => cis === 'labour') ? (['cis'] as const) : []),
    ...(toPence(totals.gross) < 0 ? (['credit'] as const) : []),
    ...(hasReverseCharge && pricesIncludeVat ? (['converted-inclusive'] as const) : []),
  ];
}

/** Has Xero not been seen yet to take an invoice like this one? */
export function isFirstOfItsKind(
  invoice: Pick<GesInvoice, 'lines' | 'pricesIncludeVat' | 'totals'>,
  facts: Pick<OrganisationFacts, 'provenKinds'>,
): boolean {
  return kindsOf(invoice).some((kind) => !facts.provenKinds.includes(kind));
}

/** What the user reads between the two calls. */
export function isBeingChecked(): Problem {
  return {
    code: 'first-of-its-kind',
    message:
      'This is the first invoice of its kind for your Xero organisation, so its totals are compared in a draft before it is approved.',
    fix: 'Nothing to do: this takes a moment.',
  };
}

/** What one call takes: no more are tried at once. */
const MOST_TRIED_AT_ONCE = 50;

/** Of the decisions of one pass no more are tried than one call takes; the others wait until their kind is proven. */
export function fewTriedAtOnce(decisions: ReadonlyMap<string, Decision<InvoiceElement>>): ReadonlyMap<string, Decision<InvoiceElement>> {
  let tried = 0;
  return new Map(
    [...decisions].map(([gesId, decision]) => {
      const isTried = decision.kind === 'act' && decision.unfinished !== undefined && decision.xero.op === 'create';
      if (isTried) tried += 1;
      return [gesId, isTried && tried > MOST_TRIED_AT_ONCE ? { kind: 'wait', problem: waitsForFirst() } : decision];
    }),
  );
}

function waitsForFirst(): Problem {
  return {
    code: 'first-of-its-kind',
    message: 'Another invoice of this kind is the first for your Xero organisation, and its totals are compared before this one goes.',
    fix: 'Nothing to do: this takes a moment.',
  };
}

/** The draft is approved, or deleted where it comes to something else. `ges`: as `invoiceFields` makes them, both sides agreeing on the rest. */
export function decideDraft(ges: Fields, xero: XeroInvoice): ActDecision<InvoiceElement> {
  const problem = compareDraft(ges, xero);
  const act = { ...quietAct<InvoiceElement>(), xeroId: xero.invoiceId, changedInXero: ['status'] };
  if (problem === undefined) return { ...act, xero: { op: 'update', xeroId: xero.invoiceId, element: { kind: 'approve' } } };
  const element = { kind: 'end', status: 'DELETED' } as const;
  return { ...act, xero: { op: 'update', xeroId: xero.invoiceId, element }, problem, unlinks: true };
}

/** A draft may not show its CIS deduction yet: that is compared once it is approved. */
function compareDraft(ges: Fields, xero: XeroInvoice): Problem | undefined {
  const [gross, deduction] = [toPence(ges['gross'] ?? '0'), toPence(ges['cisDeduction'] ?? '0')];
  if (xero.total !== gross) return draftDiffers('total', gross, xero.total);
  const labourLines = readLines(ges['lines'] ?? '').lines.filter(({ cis }) => cis === 'labour').length;
  const differs = xero.cisDeduction !== 0 && Math.abs(xero.cisDeduction - deduction) > labourLines;
  return differs ? draftDiffers('CIS deduction', deduction, xero.cisDeduction) : undefined;
}
