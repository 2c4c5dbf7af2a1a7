import { hasMoved, type InvoiceCustomer, type MovedContact } from '../domain/invoice-policy.ts';
import { hasReverseCharge } from '../domain/invoice-warnings.ts';
import { isArchivedInXero } from '../domain/customer-policy.ts';
import type { Contact } from '../domain/contact.ts';
import type { GesInvoice } from '../domain/records.ts';
import type { XeroInvoice } from '../domain/xero-invoice.ts';
import { chunks } from './concurrency.ts';
import { IDS_A_CALL } from './directory.ts';
import type { Loaded } from './entity.ts';
import type { Pass } from './pass.ts';

type LoadedInvoice = Loaded<GesInvoice, XeroInvoice>;

/** How often a merged contact is followed to the one it was merged into. */
const MERGES_FOLLOWED = 3;

/**
 * What must be known of the customers of invoices, by GES id of the invoice: the contact of new ones (C1) and of those that were moved (C2a), the
 * VAT number under the reverse charge (C6). Xero calls: none, or for invoices moved to a contact that is not their customer's one per 40 contacts.
 */
export async function customersOf(pass: Pass, records: readonly LoadedInvoice[]): Promise<ReadonlyMap<string, InvoiceCustomer>> {
  const customerIdOf = ({ ges }: LoadedInvoice): string => ges.snapshot?.customerId ?? ges.fields['customerId'] ?? '';
  const idsOf = (some: readonly LoadedInvoice[]): string[] => [...new Set(some.map(customerIdOf))].filter((id) => id !== '');
  const asking = records.filter((record) => record.link?.xeroId === undefined || isMoved(record));
  const links = await pass.deps.records.getLinks(pass.scope, 'customer', idsOf(asking));
  const reverse = records.filter(({ ges }) => hasReverseCharge(ges.fields['lines'] ?? ''));
  const whole = await pass.deps.records.getRecords(pass.scope, 'customer', idsOf(reverse));
  const moved = records.filter((record) => isMoved(record) && links.get(customerIdOf(record))?.xeroId !== record.xero?.contactId);
  const contacts = await movedContacts(pass, moved);
  return new Map(
    records.map((record) => {
      const ofCustomer = links.get(customerIdOf(record));
      const contactId = ofCustomer?.xeroId;
      const vatNumber = whole.get(customerIdOf(record))?.base?.ges['vatNumber'];
      const between = moved.includes(record) ? betweenContacts(record, contacts) : undefined;
      const customer: InvoiceCustomer = {
        ...(contactId === undefined ? {} : { contactId }),
        ...(isArchivedInXero(ofCustomer) ? { isArchived: true } : {}),
        ...(vatNumber === undefined ? {} : { vatNumber }),
        ...(between === undefined ? {} : { moved: between }),
      };
      return [record.work.gesId, customer];
    }),
  );
}

function isMoved({ link, base, ges, xero }: LoadedInvoice): boolean {
  return link?.xeroId !== undefined && hasMoved(ges.fields, xero, { ges: base?.ges ?? {}, xero: base?.xero ?? {} });
}

/** The contacts that invoices were with and are with, and those that they were merged into. */
async function movedContacts(pass: Pass, moved: readonly LoadedInvoice[]): Promise<ReadonlyMap<string, Contact>> {
  const found = new Map<string, Contact>();
  let wanted = moved.flatMap(({ base, xero }) => [base?.xero['contactId'] ?? '', xero?.contactId ?? '']);
  for (let round = 0; round <= MERGES_FOLLOWED; round++) {
    const missing = [...new Set(wanted)].filter((id) => id !== '' && !found.has(id));
    for (const ids of chunks(missing, IDS_A_CALL))
      for (const contact of await pass.books.contactsByIds(ids)) found.set(contact.contactId, contact);
    wanted = missing.flatMap((id) => found.get(id)?.mergedTo ?? []);
  }
  return found;
}

function betweenContacts({ base, xero }: LoadedInvoice, contacts: ReadonlyMap<string, Contact>): InvoiceCustomer['moved'] {
  const [before, now] = [base?.xero['contactId'], xero?.contactId];
  if (before === undefined || now === undefined || before === now) return undefined;
  const named = (contactId: string): MovedContact => ({ name: contacts.get(contactId)?.name ?? 'a contact that Xero no longer has' });
  let winner = contacts.get(before)?.mergedTo;
  for (let step = 0; step < MERGES_FOLLOWED && winner !== undefined && winner !== now; step++) winner = contacts.get(winner)?.mergedTo;
  return { from: { ...named(before), ...(winner === undefined ? {} : { mergedTo: winner }) }, to: named(now) };
}
