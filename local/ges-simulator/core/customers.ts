import { z } from 'zod';
import { Problem } from './http.ts';
import type { Address, Customer, Site } from './records.ts';
import { saveChanged, saveNew, saveRemoved, type WriteContext } from './saving.ts';
import { check, invalid, text } from './validation.ts';

const NO_ADDRESS: Address = { line1: '', line2: '', city: '', county: '', postcode: '', country: '' };

const address = z
  .strictObject({ line1: text(255), line2: text(255), city: text(255), county: text(255), postcode: text(50), country: text(100) })
  .partial();

const customerFields = z
  .strictObject({
    name: text(500).refine((name) => name.trim() !== '', 'must not be empty'),
    firstName: text(255),
    lastName: text(255),
    email: text(255),
    phone: text(50),
    mobile: text(50),
    billingAddress: address,
    vatNumber: text(50),
    archived: z.boolean('must be true or false'),
    sites: z.array(z.strictObject({ id: text(50).optional(), address }), 'must be a list').max(200, 'must have at most 200 sites'),
  })
  .partial();
type CustomerFields = z.infer<typeof customerFields>;

/** Lays the named fields of an address over the current one. */
function withAddress(current: Address, named: z.infer<typeof address> | undefined): Address {
  const entries = Object.entries(named ?? {}).filter(([, value]) => value !== undefined);
  return { ...current, ...Object.fromEntries(entries) };
}

/** The new list of sites. A site keeps its id; one without gets the first free `site_<n>`. */
function withSites(current: readonly Site[], named: CustomerFields['sites']): Site[] {
  if (named === undefined) return [...current];
  const taken = new Set([...current.map((site) => site.id), ...named.map((site) => site.id)]);
  const ids = named.map((site) => site.id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) throw invalid([{ field: 'sites', message: 'must not name the same site twice' }]);
  let number = 0;
  const freeId = (): string => {
    do number += 1;
    while (taken.has(`site_${number}`));
    return `site_${number}`;
  };
  return named.map((site) => {
    const before = current.find((known) => known.id === site.id);
    return { id: site.id ?? freeId(), address: withAddress(before?.address ?? NO_ADDRESS, site.address) };
  });
}

function withFields(current: Customer, fields: CustomerFields): Customer {
  return {
    ...current,
    name: fields.name ?? current.name,
    firstName: fields.firstName ?? current.firstName,
    lastName: fields.lastName ?? current.lastName,
    email: fields.email ?? current.email,
    phone: fields.phone ?? current.phone,
    mobile: fields.mobile ?? current.mobile,
    billingAddress: withAddress(current.billingAddress, fields.billingAddress),
    vatNumber: fields.vatNumber ?? current.vatNumber,
    archived: fields.archived ?? current.archived,
    sites: withSites(current.sites, fields.sites),
  };
}

/**
 * Makes a customer. GES is as lenient as its users are: only a name is asked for, and an e-mail or phone is any text.
 * @throws Problem 422
 */
export function createCustomer(context: WriteContext, body: unknown): Customer {
  const fields = check(customerFields, body);
  if (fields.name === undefined) throw invalid([{ field: 'name', message: 'is required' }]);
  const blank: Customer = {
    id: `cus_${context.transaction.takeNumber('customer')}`,
    revision: 1,
    name: fields.name,
    firstName: '',
    lastName: '',
    email: '',
    phone: '',
    mobile: '',
    billingAddress: NO_ADDRESS,
    vatNumber: '',
    archived: false,
    sites: [],
    updatedAt: new Date(context.now).toISOString(),
  };
  return saveNew(context, 'customer', withFields(blank, fields));
}

/** Changes the named fields; `sites` is replaced as a whole. @throws Problem 422 */
export function changeCustomer(context: WriteContext, current: Customer, body: unknown): Customer {
  return saveChanged(context, 'customer', current, withFields(current, check(customerFields, body)));
}

/** Deletes a customer, which GES lets a user do while there is no invoice for them. @throws Problem 405 for the API, 409 */
export function removeCustomer(context: WriteContext, current: Customer): void {
  if (context.origin !== 'user') throw new Problem(405, 'method-not-allowed', 'Customers cannot be deleted through the platform API.');
  const invoices = context.transaction.state.records(context.accountId, 'invoice');
  if (invoices.some(({ snapshot }) => snapshot.customerId === current.id)) {
    throw new Problem(409, 'customer-has-invoices', 'This customer has invoices: archive them instead.');
  }
  saveRemoved(context, 'customer', current);
}
