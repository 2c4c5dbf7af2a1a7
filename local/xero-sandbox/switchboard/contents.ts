import { balancesOf } from '../contacts/balances.ts';
import { contactJson } from '../contacts/contact-json.ts';
import { findContact } from '../contacts/contact-writes.ts';
import type { Contact } from '../contacts/records.ts';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { caseless, folded, keyOf, type SandboxState } from '../core/state.ts';
import type { CreditNote } from '../credit-notes/records.ts';
import { creditNoteJson } from '../credit-notes/credit-note-json.ts';
import { pounds } from '../documents/decimal.ts';
import { invoiceJson } from '../invoices/invoice-json.ts';
import type { Invoice } from '../invoices/records.ts';
import type { Payment } from '../payments/records.ts';
import { paymentJson } from '../payments/payment-json.ts';
import { accountJson } from '../settings/accounts.ts';
import { historyJson } from '../settings/history.ts';
import { organisationJson } from '../settings/organisation.ts';
import type { Organisation } from '../settings/records.ts';
import { taxRateJson, taxRatesOf } from '../settings/tax-rates.ts';
import { organisationOf, refuse, type Lever, type Pull } from './context.ts';
import { listAnswer, searchText } from './listing.ts';

const tenantOf = (pull: Pull): string => organisationOf(pull, pull.params[0]).tenantId;
const newestFirst = (a: { date: number; updated: number }, b: { date: number; updated: number }): number =>
  b.date - a.date || b.updated - a.updated;

const contactText = searchText<Contact>(({ contactId, name, texts, phones, addresses }) => {
  const slots: readonly Readonly<Record<string, string>>[] = [texts, ...Object.values(phones), ...Object.values(addresses)];
  return [contactId, name, ...slots.flatMap((slot) => Object.values(slot))];
});
const contactName = searchText<Contact>(({ name }) => [name]);
const invoiceText = searchText<Invoice>((row) => [row.invoiceId, row.number, row.reference, pounds(row.total).toFixed(2)]);
const creditNoteText = searchText<CreditNote>((row) => [row.creditNoteId, row.number, row.reference, pounds(row.total).toFixed(2)]);
const paymentText = searchText<Payment>((row) => [row.paymentId, row.reference, pounds(row.amount).toFixed(2)]);

/** The folded name of a contact, '' when there is none. */
function nameOf(state: SandboxState, tenantId: string, contactId: string | undefined): string {
  const contact = contactId === undefined ? undefined : findContact(state, tenantId, contactId);
  return contact === undefined ? '' : contactName(contact);
}

/** Documents are shown with prices of 4 places. */
const shownIn = (pull: Pull): { state: SandboxState; organisation: Organisation; unitPlaces: 4 } => ({
  state: pull.exchange.state,
  organisation: organisationOf(pull, pull.params[0]),
  unitPlaces: 4,
});

function organisations({ exchange: { state } }: Pull): SandboxAnswer {
  const connectionsOf = (tenantId: string): object[] =>
    state.connections.by('tenant', tenantId).map(({ id, clientId, userId, created }) => {
      const user = state.users.get(userId);
      return {
        id,
        clientId,
        userId,
        app: state.apps.get(clientId)?.name ?? clientId,
        user: user === undefined ? userId : `${user.givenName} ${user.familyName}`,
        since: new Date(created).toISOString(),
      };
    });
  return jsonAnswer(
    200,
    state.organisationsInOrder().map(({ tenantId, name, approvedInvoiceLimit, cisContractor, cisSubContractor, cisRate }) => ({
      tenantId,
      name,
      approvedInvoiceLimit,
      cisContractor,
      cisSubContractor,
      cisRate,
      contacts: state.contacts.by('tenant', tenantId).length,
      invoices: state.invoices.by('tenant', tenantId).length,
      payments: state.payments.by('tenant', tenantId).length,
      creditNotes: state.creditNotes.by('tenant', tenantId).length,
      connections: connectionsOf(tenantId),
    })),
  );
}

function contacts(pull: Pull): SandboxAnswer {
  const { state, now, url } = pull.exchange;
  const tenantId = tenantOf(pull);
  const name = url.searchParams.get('name') ?? undefined;
  return listAnswer(pull, {
    rows: name === undefined ? state.contacts.by('tenant', tenantId) : state.contacts.by('activeName', keyOf(tenantId, caseless(name))),
    textOf: contactText,
    statusOf: ({ status }) => status,
    compare: (a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1),
    show: (contact) => contactJson(contact, 'full'),
    showInPage: (contact) => contactJson(contact, 'full', balancesOf(state, contact, now)),
  });
}

/** `?contact=` keeps the documents of one contact. */
const ofContact = (pull: Pull): string | undefined => pull.exchange.url.searchParams.get('contact') ?? undefined;

function invoices(pull: Pull): SandboxAnswer {
  const shown = shownIn(pull);
  const { state } = shown;
  const { tenantId } = shown.organisation;
  const contactId = ofContact(pull);
  return listAnswer(pull, {
    rows: contactId === undefined ? state.invoices.by('tenant', tenantId) : state.invoices.by('contact', keyOf(tenantId, contactId)),
    textOf: (invoice) => `${invoiceText(invoice)} ${nameOf(state, tenantId, invoice.contactId)}`,
    statusOf: ({ status }) => status,
    compare: newestFirst,
    show: (invoice) => invoiceJson(shown, invoice, 'full'),
  });
}

function payments(pull: Pull): SandboxAnswer {
  const { state } = pull.exchange;
  const tenantId = tenantOf(pull);
  const documentId = pull.exchange.url.searchParams.get('document') ?? undefined;
  const documentOf = (payment: { invoiceId: string | undefined; creditNoteId: string | undefined }) =>
    state.invoices.get(keyOf(tenantId, payment.invoiceId ?? '')) ?? state.creditNotes.get(keyOf(tenantId, payment.creditNoteId ?? ''));
  return listAnswer(pull, {
    rows: documentId === undefined ? state.payments.by('tenant', tenantId) : state.payments.by('document', keyOf(tenantId, documentId)),
    textOf: (payment) => {
      const document = documentOf(payment);
      return `${paymentText(payment)} ${folded(document?.number ?? '')} ${nameOf(state, tenantId, document?.contactId)}`;
    },
    statusOf: ({ status }) => status,
    compare: newestFirst,
    show: (payment) => paymentJson(state, payment),
  });
}

function creditNotes(pull: Pull): SandboxAnswer {
  const shown = shownIn(pull);
  const { state } = shown;
  const { tenantId } = shown.organisation;
  const contactId = ofContact(pull);
  return listAnswer(pull, {
    rows: state.creditNotes.by('tenant', tenantId).filter((note) => contactId === undefined || note.contactId === contactId),
    textOf: (note) => `${creditNoteText(note)} ${nameOf(state, tenantId, note.contactId)}`,
    statusOf: ({ status }) => status,
    compare: newestFirst,
    show: (note) => creditNoteJson(shown, note, 'full'),
  });
}

function contact(pull: Pull): SandboxAnswer {
  const { state, now } = pull.exchange;
  const found = findContact(state, tenantOf(pull), pull.params[1] ?? '');
  if (found === undefined) throw refuse(404, 'There is no such contact in this organisation.');
  return jsonAnswer(200, contactJson(found, 'full', balancesOf(state, found, now)));
}

function invoice(pull: Pull): SandboxAnswer {
  const shown = shownIn(pull);
  const found = shown.state.invoices.get(keyOf(shown.organisation.tenantId, pull.params[1] ?? ''));
  if (found === undefined) throw refuse(404, 'There is no such invoice in this organisation.');
  return jsonAnswer(200, invoiceJson(shown, found, 'full'));
}

function history(pull: Pull): SandboxAnswer {
  const [, resource = '', id = ''] = pull.params;
  const records = pull.exchange.state.history.by('subject', `${tenantOf(pull)}/${resource}/${id}`);
  return jsonAnswer(200, records.sort((a, b) => b.at - a.at).map(historyJson));
}

const PAGED = '; ?search=words, ?status=A,B, and by pages of { items, total, page, pageCount } with ?page=N[&pageSize=M]';

/** Looking into the organisations without spending calls: everything, archived ones too, in Xero's own shapes. */
export const CONTENT_LEVERS: readonly Lever[] = [
  { method: 'GET', pattern: 'organisations', does: 'the organisations and how much is in them', pull: organisations },
  {
    method: 'GET',
    pattern: 'organisations/{}',
    does: 'one organisation',
    pull: (pull) => jsonAnswer(200, organisationJson(organisationOf(pull, pull.params[0]))),
  },
  { method: 'GET', pattern: 'organisations/{}/contacts', does: `all its contacts, or the active one of a ?name=${PAGED}`, pull: contacts },
  { method: 'GET', pattern: 'organisations/{}/contacts/{}', does: 'one contact', pull: contact },
  { method: 'GET', pattern: 'organisations/{}/invoices', does: `all its invoices, or one ?contact=ID's${PAGED}`, pull: invoices },
  { method: 'GET', pattern: 'organisations/{}/invoices/{}', does: 'one invoice', pull: invoice },
  { method: 'GET', pattern: 'organisations/{}/payments', does: `all its payments, or those on one ?document=ID${PAGED}`, pull: payments },
  {
    method: 'GET',
    pattern: 'organisations/{}/credit-notes',
    does: `all its credit notes, or one ?contact=ID's${PAGED}`,
    pull: creditNotes,
  },
  {
    method: 'GET',
    pattern: 'organisations/{}/history/{}/{}',
    does: 'history and notes of one record, newest first: …/history/Invoices/{InvoiceID}',
    pull: history,
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
    pull: (pull) => jsonAnswer(200, taxRatesOf(pull.exchange.state, tenantOf(pull)).map(taxRateJson)),
  },
];
