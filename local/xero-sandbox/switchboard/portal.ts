import { z } from 'zod';
import { parseDocumentDate } from '../api/dates.ts';
import { jsonAnswer } from '../core/messages.ts';
import type { App } from '../identity/records.ts';
import { isRedirectUri } from '../identity/redirect-uris.ts';
import { UK_COMPANY } from '../seed/organisations.ts';
import { seedOrganisation } from '../seed/demo.ts';
import { organisationJson } from '../settings/organisation.ts';
import { bodyOf, refuse, type Lever, type Pull } from './context.ts';

const text = z.string().min(1);
const CATEGORIES = ['CONTACT', 'INVOICE', 'CREDITNOTE', 'OVERPAYMENT', 'PREPAYMENT', 'PAYMENT'] as const;
/** Xero registers https addresses and `http://localhost`, no others. */
const redirectUri = z.url().refine(isRedirectUri, 'must be https or http://localhost');
const APP = z.strictObject({
  clientId: text,
  clientSecret: text.optional(),
  name: text.optional(),
  redirectUris: z.array(redirectUri).optional(),
  tier: z.enum(['starter', 'core', 'plus']).optional(),
  bulkConnections: z.boolean().optional(),
  certified: z.boolean().optional(),
  clientCredentials: z.boolean().optional(),
  customConnection: z.guid().optional(),
  broadScopes: z.boolean().optional(),
  webhook: z.strictObject({ url: z.url(), key: text, categories: z.array(z.enum(CATEGORIES)).default([...CATEGORIES]) }).optional(),
});
const USER = z.strictObject({
  email: z.email(),
  givenName: text,
  familyName: text,
  role: z.enum(['adviser', 'standard']).optional(),
  tenantIds: z.array(z.guid()).default([]),
});
const date = z
  .string()
  .refine((day) => parseDocumentDate(day) !== undefined, 'must be YYYY-MM-DD')
  .transform((day) => parseDocumentDate(day));
const ORGANISATION = z.strictObject({
  name: text,
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('GB'),
  baseCurrency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('GBP'),
  isDemoCompany: z.boolean().default(false),
  paysTax: z.boolean().default(true),
  cisContractor: z.boolean().default(false),
  cisSubContractor: z.boolean().default(false),
  cisRate: z.number().min(0).max(100).default(20),
  periodLockDate: date.optional(),
  endOfYearLockDate: date.optional(),
  approvedInvoiceLimit: z.number().int().nonnegative().optional(),
});

const NEW_APP: Omit<App, 'clientId'> = {
  clientSecret: 'secret',
  name: 'App',
  redirectUris: [],
  tier: 'core',
  bulkConnections: false,
  certified: false,
  clientCredentials: false,
};

/** An app without its secret. */
function appJson({ exchange: { state } }: Pull, { clientSecret: _secret, ...app }: App): object {
  const subscription = state.subscriptions.get(app.clientId);
  return { ...app, webhook: subscription === undefined ? null : { url: subscription.url, categories: subscription.categories } };
}

function saveApp(pull: Pull): App {
  const { webhook, ...sent } = bodyOf(pull, APP);
  const { state } = pull.exchange;
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
  const app = state.apps.put({ ...NEW_APP, name: sent.clientId, ...state.apps.get(sent.clientId), ...given, clientId: sent.clientId });
  if (webhook !== undefined) {
    const fresh = { sequence: 0, deliveries: 0, failingSince: undefined, attempts: 0, retryAt: undefined, validation: undefined };
    state.subscriptions.put({ ...fresh, ...state.subscriptions.get(app.clientId), ...webhook, clientId: app.clientId, status: 'ok' });
  }
  return app;
}

/** What is set up outside the books: apps (developer portal), users and organisations. */
export const PORTAL_LEVERS: readonly Lever[] = [
  {
    method: 'GET',
    pattern: 'apps',
    does: 'the registered apps',
    pull: (pull) =>
      jsonAnswer(
        200,
        [...pull.exchange.state.apps.values()].map((app) => appJson(pull, app)),
      ),
  },
  {
    method: 'POST',
    pattern: 'apps',
    does: 'register or change an app: { clientId, clientSecret?, name?, redirectUris?, tier?: starter | core | plus, bulkConnections?, certified?, clientCredentials?, customConnection?: tenantId whose books the app reaches without consent, broadScopes?: made before March 2026, webhook?: { url, key, categories? } }',
    pull: (pull) => jsonAnswer(200, appJson(pull, saveApp(pull))),
  },
  {
    method: 'GET',
    pattern: 'users',
    does: 'the Xero users',
    pull: ({ exchange: { state } }) => jsonAnswer(200, state.usersInOrder()),
  },
  {
    method: 'POST',
    pattern: 'users',
    does: 'make a user or, by e-mail, change one: { email, givenName, familyName, role?: adviser | standard (default), tenantIds }; an adviser may post into a locked period, a user without an organisation loses access to it',
    pull: (pull) => {
      const body = bodyOf(pull, USER);
      const { state, now } = pull.exchange;
      const unknown = body.tenantIds.find((tenantId) => state.organisations.get(tenantId) === undefined);
      if (unknown !== undefined) throw refuse(404, `There is no organisation ${unknown}.`);
      const held = [...state.users.values()].find(({ email }) => email === body.email);
      return jsonAnswer(
        200,
        state.users.put({
          ...body,
          role: body.role ?? held?.role ?? 'standard',
          userId: held?.userId ?? state.newGuid(),
          created: held?.created ?? now,
        }),
      );
    },
  },
  {
    method: 'POST',
    pattern: 'organisations',
    does: 'make an organisation that every user may open: { name, countryCode?, baseCurrency?, paysTax?, cisSubContractor?, cisContractor?, cisRate?, periodLockDate?, endOfYearLockDate?, approvedInvoiceLimit?, isDemoCompany? }',
    pull: (pull) => {
      const body = bodyOf(pull, ORGANISATION);
      const { state, now } = pull.exchange;
      const tenantId = state.newGuid();
      const noVat = { taxNumber: undefined, salesTaxBasis: 'NONE', defaultSalesTax: 'No Tax' };
      const dates = { periodLockDate: body.periodLockDate, endOfYearLockDate: body.endOfYearLockDate };
      const approvedInvoiceLimit = body.approvedInvoiceLimit;
      seedOrganisation(state, now, {
        ...UK_COMPANY,
        ...(!body.paysTax && noVat),
        ...body,
        ...dates,
        approvedInvoiceLimit,
        tenantId,
        shortCode: `!${tenantId.slice(0, 5)}`,
      });
      for (const user of state.usersInOrder()) state.users.put({ ...user, tenantIds: [...user.tenantIds, tenantId] });
      const organisation = state.organisations.get(tenantId);
      if (organisation === undefined) throw new Error('The organisation was not made.');
      return jsonAnswer(201, organisationJson(organisation));
    },
  },
];
