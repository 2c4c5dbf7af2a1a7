import { z } from 'zod';
import { parseDocumentDate } from '../api/dates.ts';
import { jsonAnswer } from '../core/messages.ts';
import { trackingCategory } from '../seed/demo.ts';
import { organisationJson } from '../settings/organisation.ts';
import { trackingCategoryJson } from '../settings/tracking-categories.ts';
import { bodyOf, organisationOf, refuse, type Lever } from './context.ts';

const day = z.string().refine((text) => parseDocumentDate(text) !== undefined, 'must be YYYY-MM-DD');

/** What a person changes in an organisation's settings. Xero sends no event for any of it. */
export const ORGANISATION_LEVERS: readonly Lever[] = [
  {
    method: 'POST',
    pattern: 'as-user/disconnect',
    does: 'disconnect an app in Xero (Settings > Connected apps): { tenantId?, clientId? }',
    pull: (pull) => {
      const body = bodyOf(pull, z.strictObject({ tenantId: z.string().optional(), clientId: z.string().optional() }));
      const { state } = pull.exchange;
      const { tenantId } = organisationOf(pull, body.tenantId);
      const gone = state.connections
        .by('tenant', tenantId)
        .filter(({ clientId }) => body.clientId === undefined || clientId === body.clientId);
      for (const { id } of gone) state.connections.delete(id);
      return jsonAnswer(200, { disconnected: gone.length });
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/lock-dates',
    does: 'set or clear lock dates: { tenantId?, periodLockDate?, endOfYearLockDate? }, YYYY-MM-DD or null',
    pull: (pull) => {
      const schema = z.strictObject({ tenantId: z.string().optional(), periodLockDate: day.nullish(), endOfYearLockDate: day.nullish() });
      const body = bodyOf(pull, schema);
      const organisation = organisationOf(pull, body.tenantId);
      const dated = (sent: string | null | undefined, held: number | undefined): number | undefined =>
        sent === undefined ? held : sent === null ? undefined : parseDocumentDate(sent);
      const changed = pull.exchange.state.organisations.put({
        ...organisation,
        periodLockDate: dated(body.periodLockDate, organisation.periodLockDate),
        endOfYearLockDate: dated(body.endOfYearLockDate, organisation.endOfYearLockDate),
      });
      return jsonAnswer(200, organisationJson(changed));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/plan',
    does: 'limit the approved sales invoices of the plan: { tenantId?, approvedInvoiceLimit: N | null }',
    pull: (pull) => {
      const schema = z.strictObject({ tenantId: z.string().optional(), approvedInvoiceLimit: z.number().int().nonnegative().nullable() });
      const body = bodyOf(pull, schema);
      const organisation = organisationOf(pull, body.tenantId);
      const approvedInvoiceLimit = body.approvedInvoiceLimit ?? undefined;
      return jsonAnswer(200, organisationJson(pull.exchange.state.organisations.put({ ...organisation, approvedInvoiceLimit })));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/invoice-reminders',
    does: 'switch reminders of overdue invoices on or off: { tenantId?, enabled }',
    pull: (pull) => {
      const { tenantId, enabled } = bodyOf(pull, z.strictObject({ tenantId: z.string().optional(), enabled: z.boolean() }));
      const organisation = organisationOf(pull, tenantId);
      return jsonAnswer(200, organisationJson(pull.exchange.state.organisations.put({ ...organisation, invoiceReminders: enabled })));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/tracking-categories',
    does: 'make a tracking category or change its options: { tenantId?, name, options: [name, …] }',
    pull: (pull) => {
      const names = z.string().min(1).max(100);
      const body = bodyOf(pull, z.strictObject({ tenantId: z.string().optional(), name: names, options: z.array(names).max(100) }));
      const { tenantId } = organisationOf(pull, body.tenantId);
      const made = trackingCategory(tenantId, body.name, body.options);
      return jsonAnswer(201, trackingCategoryJson(pull.exchange.state.trackingCategories.put(made)));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/accounts/{}/archive',
    does: 'archive an account that is no system account, named by its AccountID or Code: { tenantId? }',
    pull: (pull) => {
      const { state, now } = pull.exchange;
      const { tenantId } = organisationOf(pull, bodyOf(pull, z.strictObject({ tenantId: z.string().optional() })).tenantId);
      const named = pull.params[0];
      const account = state.accounts.by('tenant', tenantId).find(({ accountId, code }) => accountId === named || code === named);
      if (account === undefined) throw refuse(404, `There is no account ${named ?? ''}.`);
      if (account.systemAccount !== undefined) throw refuse(400, `${account.name} is a system account and cannot be archived.`);
      state.accounts.put({ ...account, status: 'ARCHIVED', updated: now });
      return jsonAnswer(200, { archived: account.name });
    },
  },
];
