import { createCustomer } from '../core/customers.ts';
import type { Address, Customer } from '../core/records.ts';
import type { Transaction } from '../core/state.ts';
import { DEMO_PASSWORD, DEMO_USERS } from './users.ts';
import { DEMO_CUSTOMERS, SECOND_CUSTOMERS, type DemoAddress, type DemoCustomer } from './businesses.ts';
import { hashPassword, putUser } from '../sign-in/users.ts';
import { seedInvoices } from './invoices.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST_CUSTOMER_MADE = Date.parse('2026-01-12T09:00:00.000Z');

function addressOf([line1, line2, city, county, postcode]: DemoAddress): Address {
  return { line1, line2, city, county, postcode, country: 'United Kingdom' };
}

function bodyOf({ name, person, email, phone, mobile, address, vatNumber, archived, sites }: DemoCustomer): Record<string, unknown> {
  return {
    name,
    firstName: person?.[0] ?? '',
    lastName: person?.[1] ?? '',
    email: email ?? '',
    phone: phone ?? '',
    mobile: mobile ?? '',
    ...(address ? { billingAddress: addressOf(address) } : {}),
    vatNumber: vatNumber ?? '',
    archived: archived ?? false,
    sites: (sites ?? []).map((site) => ({ address: addressOf(site) })),
  };
}

function seedCustomers(transaction: Transaction, accountId: string, customers: readonly DemoCustomer[]): Customer[] {
  return customers.map((customer, index) => {
    const now = FIRST_CUSTOMER_MADE + index * 4 * DAY_MS;
    return createCustomer({ transaction, accountId, origin: 'user', now }, bodyOf(customer));
  });
}

/** Puts the demo businesses in place, always the same, dated in 2026. Raises no events: nobody listened yet. */
export function seedDemo(transaction: Transaction): void {
  transaction.putAccount({ id: 'acct_demo', name: 'Aire Gas & Heating', cisRatePercent: 20 });
  transaction.putAccount({ id: 'acct_two', name: 'Calder Boiler Care', cisRatePercent: 20 });
  seedInvoices(transaction, 'acct_demo', seedCustomers(transaction, 'acct_demo', DEMO_CUSTOMERS));
  seedCustomers(transaction, 'acct_two', SECOND_CUSTOMERS);
  for (const user of DEMO_USERS) putUser(transaction, { ...user, passwordHash: hashPassword(DEMO_PASSWORD, user.email) });
  transaction.forgetEvents();
}
