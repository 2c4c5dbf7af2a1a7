import type { Account, SimulatedWorld } from '../world/world.ts';

/** A bookkeeper entered the same invoice in Xero by hand, long ago, and it is paid. */
export function copyToXero(world: SimulatedWorld, { accountId, tenantId }: Account): string {
  const there = new Set(world.xero.invoices(tenantId).map(({ number }) => number));
  const invoice = world.ges.invoices(accountId).find((candidate) => candidate.status === 'issued' && !there.has(candidate.number));
  const customer = world.ges.customers(accountId).find(({ id }) => id === invoice?.customerId);
  if (invoice === undefined || customer === undefined) return 'nothing that Xero does not have';
  const named = world.xero.sandbox.state.contacts.by('tenant', tenantId).find(({ name }) => name === customer.name);
  const contact = named ?? world.xero.user(tenantId, 'contacts', { Name: customer.name, EmailAddress: customer.email });
  const ContactID = 'contactId' in contact ? String(contact.contactId) : String(contact['ContactID']);
  const gross = Number(invoice.totals.gross);
  const made = world.xero.user(tenantId, 'invoices', {
    Type: 'ACCREC',
    Status: 'AUTHORISED',
    InvoiceNumber: invoice.number,
    Contact: { ContactID },
    Date: invoice.issueDate,
    DueDate: invoice.dueDate,
    LineAmountTypes: invoice.pricesIncludeVat ? 'Inclusive' : 'Exclusive',
    LineItems: invoice.lines.map(({ description, quantity, unitPrice, vat }) => ({
      Description: description,
      Quantity: Number(quantity),
      UnitAmount: Number(unitPrice),
      AccountCode: '200',
      TaxType: vat === 'standard' ? 'OUTPUT2' : vat === 'reduced' ? 'RROUTPUT' : 'ZERORATEDOUTPUT',
    })),
  });
  world.xero.user(tenantId, `invoices/${String(made['InvoiceID'])}/pay`, { amount: gross });
  return `Xero has ${invoice.number} already, paid`;
}
