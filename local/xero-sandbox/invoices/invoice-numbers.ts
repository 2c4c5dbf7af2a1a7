import { ElementInvalid } from '../api/problems.ts';
import { caseless, keyOf } from '../core/state.ts';
import type { DocumentContext } from '../documents/context.ts';
import type { Invoice } from './records.ts';

/** The invoices with that number, the deleted ones left out. */
export function invoicesNumbered({ state, organisation }: Pick<DocumentContext, 'state' | 'organisation'>, number: string): Invoice[] {
  return state.invoices.by('number', keyOf(organisation.tenantId, caseless(number))).filter(({ status }) => status !== 'DELETED');
}

/** The sales invoice with that number, if any; bills may share one. */
export function salesInvoiceNumbered(
  context: Pick<DocumentContext, 'state' | 'organisation'>,
  number: string | undefined,
): Invoice | undefined {
  if (number === undefined || number === '') return undefined;
  return invoicesNumbered(context, number).find(({ type }) => type === 'ACCREC');
}

/** ACCREC numbers are unique over what is not deleted. */
export function ensureNumberFree(context: DocumentContext, invoice: Invoice): void {
  if (invoice.type !== 'ACCREC' || invoice.number === undefined) return;
  const others = invoicesNumbered(context, invoice.number).filter(
    ({ invoiceId, type }) => type === 'ACCREC' && invoiceId !== invoice.invoiceId,
  );
  if (others.length > 0) throw new ElementInvalid(['Invoice # must be unique.']);
}

/** The next number of the organisation's own sequence that is free, for example INV-0001. */
export function nextInvoiceNumber(context: DocumentContext): string {
  const { state } = context;
  const organisation = state.organisations.get(context.organisation.tenantId) ?? context.organisation;
  let next = organisation.nextInvoiceNumber;
  const written = (): string => `INV-${String(next).padStart(4, '0')}`;
  while (invoicesNumbered(context, written()).length > 0) next += 1;
  const number = written();
  state.organisations.put({ ...organisation, nextInvoiceNumber: next + 1 });
  return number;
}
