import { createMoneyWorld, type MoneyWorld, type MoneyWorldOptions } from './money-world.ts';

/** One line over £100 net, £120 with VAT. */
export const SERVICE = { id: 'l1', description: 'Annual boiler service', quantity: '1', unitPrice: '100.00', vat: 'standard' };
export const PART = { id: 'l2', description: 'Fan', quantity: '2', unitPrice: '40.00', vat: 'standard' };

export interface SentInvoice {
  readonly world: MoneyWorld;
  readonly customerId: string;
  /** GES id of GES-1042, £120.00. */
  readonly id: string;
  /** InvoiceID in Xero. */
  readonly xeroId: string;
}

/** A world in which invoice GES-1042 over £120.00 is in step on both sides. */
export async function worldWithInvoice(
  fields: Readonly<Record<string, unknown>> = {},
  options: MoneyWorldOptions = {},
): Promise<SentInvoice> {
  const world = await createMoneyWorld(options);
  const { id: customerId } = world.ges.customer();
  const { id } = world.ges.invoice({ customerId, number: 'GES-1042', issueDate: '2026-11-20', lines: [SERVICE], ...fields });
  await world.settle();
  const { invoiceId: xeroId } = world.xero.invoice('GES-1042');
  world.xero.forgetCalls();
  world.ges.forgetCalls();
  return { world, customerId, id, xeroId };
}

/** Calls that change something in Xero. */
export function writesOf({ xero }: MoneyWorld): readonly string[] {
  return xero.calls.filter((call) => !call.startsWith('GET'));
}
