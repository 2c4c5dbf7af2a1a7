import { compareRecords } from '../../local/demo/compare.ts';
import type { Comparison } from '../../local/demo/comparison.ts';
import { json } from '../../local/demo/http.ts';
import type { LocalStack } from '../../local/stack.ts';
import { systemsOf } from './local-systems.ts';

/** Records of these types that neither agree nor stand outside for a reason: one line each, none when all is well. */
export async function differing(
  stack: LocalStack,
  accountId: string,
  tenantId: string,
  types: readonly Comparison['type'][] = ['customer'],
): Promise<readonly string[]> {
  const comparisons = await compareRecords(stack, accountId, tenantId);
  return comparisons
    .filter(({ type, state }) => types.includes(type) && state === 'differs')
    .map(({ gesId, because }) => `${gesId}: ${because ?? ''}`);
}

/** Contacts that exist more than once, by their number (our customer's id) or by their name: one line each, none when all is well. */
export async function doubledContacts(stack: LocalStack, tenantId: string): Promise<readonly string[]> {
  const contacts = await systemsOf(stack).contacts(tenantId);
  const numbered = contacts.filter(({ ContactNumber = '' }) => ContactNumber !== '');
  return [
    ...moreThanOnce(numbered.map(({ ContactNumber = '' }) => `ContactNumber ${ContactNumber}`)),
    ...moreThanOnce(contacts.map(({ Name }) => `Name ${Name.toLowerCase()}`)),
  ];
}

/** Contacts, invoices and payments that exist more than once: one line each, none when all is well. */
export async function doubled(stack: LocalStack, tenantId: string): Promise<readonly string[]> {
  interface Invoice {
    readonly InvoiceNumber?: string;
  }
  interface Payment {
    readonly Status: string;
    readonly Reference?: string;
    readonly Amount: number;
    readonly Invoice?: { readonly InvoiceID: string };
  }
  const books = `${stack.xeroUrl}/_sandbox/organisations/${tenantId}`;
  const invoices = await json<readonly Invoice[]>(`${books}/invoices`);
  const payments = await json<readonly Payment[]>(`${books}/payments`);
  const standing = payments.filter(({ Status }) => Status !== 'DELETED');
  return [
    ...(await doubledContacts(stack, tenantId)),
    ...moreThanOnce(invoices.flatMap(({ InvoiceNumber = '' }) => (InvoiceNumber === '' ? [] : [`InvoiceNumber ${InvoiceNumber}`]))),
    ...moreThanOnce(standing.map(({ Reference = '', Amount, Invoice }) => `Payment ${Reference} ${Amount} on ${Invoice?.InvoiceID ?? ''}`)),
  ];
}

function moreThanOnce(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}
