import { contactJson } from '../contacts/contact-json.ts';
import { jsonAnswer } from '../core/messages.ts';
import { creditNoteJson } from '../credit-notes/credit-note-json.ts';
import { invoiceJson } from '../invoices/invoice-json.ts';
import { paymentJson } from '../payments/payment-json.ts';
import { accountJson } from '../settings/accounts.ts';
import { organisationJson } from '../settings/organisation.ts';
import { taxRateJson } from '../settings/tax-rates.ts';
import { organisationOf, type Lever, type Pull } from './context.ts';

const tenantOf = (pull: Pull): string => organisationOf(pull, pull.params[0]).tenantId;

/** Looking into the organisations without spending calls: everything, archived ones too, in Xero's own shapes. */
export const CONTENT_LEVERS: readonly Lever[] = [
  {
    method: 'GET',
    pattern: 'organisations',
    does: 'the organisations and how much is in them',
    pull: ({ exchange: { state } }) =>
      jsonAnswer(
        200,
        state.organisationsInOrder().map((organisation) => ({
          tenantId: organisation.tenantId,
          name: organisation.name,
          contacts: state.contacts.by('tenant', organisation.tenantId).length,
          invoices: state.invoices.by('tenant', organisation.tenantId).length,
          payments: state.payments.by('tenant', organisation.tenantId).length,
          creditNotes: state.creditNotes.by('tenant', organisation.tenantId).length,
          connections: state.connections.by('tenant', organisation.tenantId).map(({ id, clientId, userId }) => ({ id, clientId, userId })),
        })),
      ),
  },
  {
    method: 'GET',
    pattern: 'organisations/{}',
    does: 'one organisation',
    pull: (pull) => jsonAnswer(200, organisationJson(organisationOf(pull, pull.params[0]))),
  },
  {
    method: 'GET',
    pattern: 'organisations/{}/contacts',
    does: 'all its contacts',
    pull: (pull) =>
      jsonAnswer(
        200,
        pull.exchange.state.contacts.by('tenant', tenantOf(pull)).map((contact) => contactJson(contact, 'full')),
      ),
  },
  {
    method: 'GET',
    pattern: 'organisations/{}/invoices',
    does: 'all its invoices',
    pull: (pull) => {
      const shown = { state: pull.exchange.state, organisation: organisationOf(pull, pull.params[0]), unitPlaces: 4 as const };
      const invoices = shown.state.invoices.by('tenant', shown.organisation.tenantId);
      return jsonAnswer(
        200,
        invoices.map((invoice) => invoiceJson(shown, invoice, 'full')),
      );
    },
  },
  {
    method: 'GET',
    pattern: 'organisations/{}/payments',
    does: 'all its payments',
    pull: (pull) => {
      const { state } = pull.exchange;
      return jsonAnswer(
        200,
        state.payments.by('tenant', tenantOf(pull)).map((payment) => paymentJson(state, payment)),
      );
    },
  },
  {
    method: 'GET',
    pattern: 'organisations/{}/credit-notes',
    does: 'all its credit notes',
    pull: (pull) => {
      const shown = { state: pull.exchange.state, organisation: organisationOf(pull, pull.params[0]), unitPlaces: 4 as const };
      const notes = shown.state.creditNotes.by('tenant', shown.organisation.tenantId);
      return jsonAnswer(
        200,
        notes.map((note) => creditNoteJson(shown, note, true)),
      );
    },
  },
  {
    method: 'GET',
    pattern: 'organisations/{}/accounts',
    does: 'its chart of accounts',
    pull: (pull) => jsonAnswer(200, pull.exchange.state.accounts.by('tenant', tenantOf(pull)).map(accountJson)),
  },
  {
    method: 'GET',
    pattern: 'organisations/{}/tax-rates',
    does: 'its tax rates',
    pull: (pull) => jsonAnswer(200, pull.exchange.state.taxRates.by('tenant', tenantOf(pull)).map(taxRateJson)),
  },
];
