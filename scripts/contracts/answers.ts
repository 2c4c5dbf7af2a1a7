import * as z from 'zod';
import type { ConnectionSettings } from '../../shared/domain/connection.ts';
import type { SignInIntent, XeroPerson } from '../../shared/connection/ports.ts';
import type { AccountOption, Options } from '../../shared/connection/options.ts';
import type { Warning } from '../../shared/connection/settings.ts';
import type { ConnectionView, OfferedOrganisation } from '../../shared/connection/status.ts';
import type { Accepted, Report } from '../../shared/runs/bulk-sync.ts';
import { describes } from './json-schema.ts';

/** What we answer, as schemas that are held to the types of the code. */

const instant = z.iso.datetime();
const count = z.int().nonnegative();

const accountOfMethod = z.exactOptional(z.string().describe('AccountID, or `leave` to the bank feed.'));
const settings = describes<Required<ConnectionSettings>>()(
  z.object({
    paymentAccountId: z.string().nullable(),
    paymentAccounts: z
      .object({
        card: accountOfMethod,
        cash: accountOfMethod,
        cheque: accountOfMethod,
        'bank-transfer': accountOfMethod,
        other: accountOfMethod,
      })
      .readonly()
      .describe('Where payments of a method go elsewhere than to paymentAccountId (policy D1).'),
    salesAccountId: z.string().nullable(),
    syncCustomers: z.boolean(),
    syncInvoices: z.boolean(),
  }),
);

const offeredOrganisation = describes<OfferedOrganisation>()(
  z.object({
    tenantId: z.string(),
    name: z.string(),
    startsAfresh: z.boolean().describe('Choosing it needs startAfresh: true, because the records are linked to another organisation.'),
  }),
);

export const CONNECTION_STATUS = z.enum(['not-connected', 'choose-organisation', 'setup', 'active', 'paused', 'needs-reconnect']);

/** `GET /v1/xero/connection`. */
export const connectionView = describes<ConnectionView>()(
  z.object({
    status: CONNECTION_STATUS,
    organisation: z.object({ tenantId: z.string(), name: z.string(), connectedAt: instant.nullable() }).nullable(),
    settings,
    switchedOff: z.boolean().describe('Connected, but both switches are off: nothing is synced, so never show it as active.'),
    counts: z.object({ synced: count, pending: count, attention: count }),
    lastSyncAt: instant.nullable(),
    reason: z.string().nullable().describe('Why it needs reconnecting.'),
    pausedReason: z.string().nullable(),
    pausedUntil: instant.nullable(),
    organisations: z.array(offeredOrganisation).readonly(),
  }),
);

const warning = describes<Warning>()(z.object({ code: z.string(), message: z.string() }));

/** `PUT /v1/xero/settings`: the connection, and what the person should know. */
export const savedSettings = connectionView.extend({ warnings: z.array(warning) });

const accountOption = describes<AccountOption>()(
  z.object({
    accountId: z.string(),
    code: z.string().nullable(),
    name: z.string(),
    type: z.string().describe('As in Xero: BANK, CURRENT, REVENUE, SALES, …'),
  }),
);

/** `GET /v1/xero/options`. */
export const options = describes<Options>()(
  z.object({
    paymentAccounts: z.array(accountOption).readonly(),
    salesAccounts: z.array(accountOption).readonly(),
    suggested: z
      .object({ paymentAccountId: z.string().nullable(), salesAccountId: z.string().nullable() })
      .readonly()
      .describe('What to preselect where nothing is chosen yet.'),
    mayCreatePaymentAccount: z
      .boolean()
      .describe('False: to have an account for payments created, start POST /v1/xero/connect with createPaymentAccount first (policy D2).'),
    cisEnabled: z.boolean().nullable(),
    warnings: z.array(warning).readonly(),
    organisations: z.array(offeredOrganisation).readonly(),
  }),
);

/** `POST /v1/auth/xero/exchange`. */
export const signedIn = describes<XeroPerson & { readonly intent: SignInIntent }>()(
  z.object({
    xeroUserId: z.string().describe('Bind the GES user to this, never to the e-mail alone (policy H1).'),
    email: z.string().describe("As Xero has it; not proof that it is the GES user's."),
    givenName: z.string(),
    familyName: z.string(),
    intent: z.enum(['login', 'signup']),
  }),
);

export const ENTITY_TYPE = z.enum(['customer', 'invoice', 'payment']);
export const RUN_STATUS = z.enum(['active', 'finished', 'cancelled', 'failed']);
export const runCounters = z.object({
  seen: count,
  synced: count,
  unchanged: count,
  attention: count,
  waiting: count.describe('Put off: something else must happen first.'),
  skipped: count.describe('Not followed.'),
});

/** Answer of bulk-sync to `sync`. */
export const accepted = describes<Accepted>()(
  z.object({
    runId: z.string(),
    accepted: z.null(),
    counting: z.literal(true),
    alreadyRunning: z.boolean().describe('The very same request is being worked on: this is its run.'),
  }),
);

/** Answer of bulk-sync to `report` and `cancel`. */
export const report = describes<Report>()(
  z.object({
    runId: z.string(),
    accountId: z.string(),
    action: z.literal('sync'),
    types: z.array(ENTITY_TYPE).readonly(),
    status: RUN_STATUS,
    counters: runCounters,
    startedAt: instant,
    requestedBy: z.string(),
    finishedAt: instant.nullable(),
    failure: z.string().nullable(),
    waitsUntil: instant.nullable().describe('When a run that waits for Xero goes on.'),
  }),
);
