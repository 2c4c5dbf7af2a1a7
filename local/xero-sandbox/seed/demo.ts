import { guidFrom } from '../core/guids.ts';
import type { SandboxState } from '../core/state.ts';
import { withElement } from '../contacts/contact-rules.ts';
import { saveContact, blankContact } from '../contacts/contact-writes.ts';
import type { TrackingCategory } from '../settings/records.ts';
import { LOCAL_APP, LOCAL_WEBHOOK_KEY } from './apps.ts';
import { DEMO_CONTACTS } from './demo-contacts.ts';
import { DEMO_ORGANISATIONS, DEMO_USER, type OrganisationSeed } from './organisations.ts';
import { ukAccounts } from './uk-accounts.ts';
import { ukTaxRates } from './uk-tax-rates.ts';

/** A tracking category with its options. */
export function trackingCategory(tenantId: string, name: string, options: readonly string[]): TrackingCategory {
  const categoryId = guidFrom(`tracking ${tenantId} ${name}`);
  return {
    categoryId,
    tenantId,
    name,
    options: options.map((option) => ({ optionId: guidFrom(`${categoryId} ${option}`), name: option })),
  };
}

/** Puts an organisation with its chart of accounts and tax rates into the state. */
export function seedOrganisation(state: SandboxState, now: number, seed: OrganisationSeed): void {
  const organisation = state.organisations.put({ ...seed, created: now });
  for (const account of ukAccounts(organisation, now)) state.accounts.put(account);
  for (const rate of ukTaxRates(organisation)) state.taxRates.put(rate);
  state.trackingCategories.put(trackingCategory(seed.tenantId, 'Region', ['North', 'South', 'East', 'West']));
}

/** The state of a first start: one user, four organisations, a dozen contacts in the first, the local app with its webhook subscription. */
export function seedDemo(state: SandboxState, now: number, webhookUrl: string): void {
  for (const organisation of DEMO_ORGANISATIONS) seedOrganisation(state, now, organisation);
  state.users.put({ ...DEMO_USER, tenantIds: DEMO_ORGANISATIONS.map(({ tenantId }) => tenantId), created: now });
  const [first] = DEMO_ORGANISATIONS;
  const author = { state, tenantId: first.tenantId, userName: `${DEMO_USER.givenName} ${DEMO_USER.familyName}`, now };
  for (const element of DEMO_CONTACTS) {
    const blank = blankContact(guidFrom(`demo contact ${element.Name}`), first.tenantId, now);
    saveContact(author, withElement(blank, element, now), 'CREATE');
  }
  state.apps.put(LOCAL_APP);
  state.subscriptions.put({
    clientId: LOCAL_APP.clientId,
    url: webhookUrl,
    key: LOCAL_WEBHOOK_KEY,
    categories: ['CONTACT', 'INVOICE', 'CREDITNOTE', 'PAYMENT'],
    status: 'ok',
    sequence: 0,
    deliveries: 0,
    failingSince: undefined,
    attempts: 0,
    retryAt: undefined,
    validation: undefined,
  });
}
