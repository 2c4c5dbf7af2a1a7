import { act, call, current, look } from './api.js';
import { confirmAction, openForm } from './dialogs.js';
import { button, card, el, facts, field, input, redraw, table } from './dom.js';
import { badge, day, isoDay, moment, statusBadge } from './format.js';

function lockDialog(organisation, page) {
  const body = el(
    'div',
    { className: 'grid' },
    field('Lock date', input('periodLockDate', isoDay(organisation.PeriodLockDate), { type: 'date' }), {
      hint: 'Nobody but the adviser changes documents up to this day. Empty: no lock.',
    }),
    field('Year-end lock date', input('endOfYearLockDate', isoDay(organisation.EndOfYearLockDate), { type: 'date' }), {
      hint: 'Nobody changes documents up to this day. Empty: no lock.',
    }),
  );
  openForm({
    title: 'Lock dates',
    note: 'From then on, what falls on or before a lock date is refused, for apps too.',
    body,
    saveLabel: 'Set lock dates',
    done: 'Lock dates set.',
    save: async ({ elements }) => {
      await act('lock-dates', {
        periodLockDate: elements.periodLockDate.value || null,
        endOfYearLockDate: elements.endOfYearLockDate.value || null,
      });
      await page.refresh();
    },
  });
}

function planDialog(limit, page) {
  openForm({
    title: 'Plan limit',
    note: 'How many approved sales invoices the plan of this organisation allows.',
    body: el(
      'div',
      { className: 'grid' },
      field('Approved invoices', input('limit', limit ?? '', { type: 'number', min: 0, step: 1 }), { hint: 'Empty: no limit.' }),
    ),
    saveLabel: 'Set limit',
    done: 'Plan limit set.',
    save: async ({ elements }) => {
      const { value } = elements.limit;
      await act('plan', { approvedInvoiceLimit: value === '' ? null : Number(value) });
      await page.refresh();
    },
  });
}

function connectionsCard({ connections, name }, page) {
  const disconnect = ({ clientId, app }) =>
    confirmAction({
      title: `Disconnect ${app}?`,
      text: `${app} loses access to ${name} at once and is not told. Its calls are refused with 403 until somebody connects it again.`,
      verb: 'Disconnect',
      done: `${app} is disconnected.`,
      action: async () => {
        await act('disconnect', { clientId });
        await page.refresh();
      },
    });
  const rows = connections.map((connection) => [
    connection.app,
    connection.user,
    moment(connection.since),
    button('Disconnect', () => disconnect(connection), 'small danger', {
      key: `disconnect ${connection.id}`,
      ariaLabel: `Disconnect ${connection.app}`,
    }),
  ]);
  return card(
    'Connected apps',
    table('Connected apps', ['App', 'Connected by', 'Since (UTC)', 'Actions'], rows, 'No app is connected to this organisation.'),
  );
}

function organisationsCard(organisations, page) {
  const rows = organisations.map((organisation) => [
    organisation.tenantId === current.tenantId
      ? el('strong', { textContent: organisation.name })
      : button(organisation.name, () => page.choose(organisation.tenantId), 'as-link'),
    organisation.contacts.toLocaleString('en-GB'),
    organisation.invoices.toLocaleString('en-GB'),
    organisation.payments.toLocaleString('en-GB'),
    organisation.creditNotes.toLocaleString('en-GB'),
    organisation.connections.length === 0 ? badge('No app') : badge('Connected', 'good'),
  ]);
  const headings = ['Organisation', '>Contacts', '>Invoices', '>Payments', '>Credit notes', 'App'];
  return card('All organisations', table('All organisations', headings, rows, 'There is none.'));
}

/** What CIS means here: as a subcontractor the customers deduct, as a contractor it deducts from its own. */
const cisOf = ({ cisSubContractor, cisContractor, cisRate }) =>
  [cisSubContractor && `subcontractor, deduction ${cisRate}%`, cisContractor && 'contractor'].filter(Boolean).join('; ') || 'off';

const byCode = (a, b) => ((a.Code ?? '') < (b.Code ?? '') ? -1 : 1);

function accountsTable(accounts, page) {
  const archive = ({ AccountID, Name }) =>
    confirmAction({
      title: `Archive the account ${Name}?`,
      text: 'Documents that name it are refused from then on. Here it cannot be brought back, short of a reset.',
      verb: 'Archive account',
      done: 'Account archived.',
      action: async () => {
        await act(`accounts/${AccountID}/archive`);
        await page.refresh();
      },
    });
  const rows = accounts
    .toSorted(byCode)
    .map((account) => [
      account.Code ?? '',
      account.Name,
      account.Type,
      account.TaxType,
      [statusBadge(account.Status), (account.Type === 'BANK' || account.EnablePaymentsToAccount) && badge('Takes payments')],
      account.Status === 'ACTIVE' && account.SystemAccount === ''
        ? button('Archive', () => archive(account), 'small', { key: `archive ${account.AccountID}`, ariaLabel: `Archive ${account.Name}` })
        : '',
    ]);
  return table('Chart of accounts', ['Code', 'Name', 'Type', 'Tax', 'Status', 'Actions'], rows, 'No account.');
}

/** Organisations, lock dates, connected apps, chart of accounts and tax rates. */
export function organisationView(page) {
  const live = el('div');
  return {
    element: el('div', {}, el('div', { className: 'toolbar' }, el('h1', { textContent: 'Organisation' })), live),
    load: async () => {
      const [organisations, organisation, accounts, taxRates] = await Promise.all([
        call('GET', 'organisations'),
        call('GET', `organisations/${current.tenantId}`),
        look('accounts'),
        look('tax-rates'),
      ]);
      return { organisations, organisation, accounts, taxRates };
    },
    draw: ({ organisations, organisation, accounts, taxRates }) => {
      const own = organisations.find(({ tenantId }) => tenantId === current.tenantId);
      const rates = taxRates.map(({ Name, TaxType, EffectiveRate, Status }) => [Name, TaxType, `${EffectiveRate}%`, statusBadge(Status)]);
      redraw(
        live,
        organisationsCard(organisations, page),
        el(
          'div',
          { className: 'columns' },
          card(
            organisation.Name,
            facts([
              ['VAT', organisation.PaysTax ? `registered, ${organisation.TaxNumber ?? ''}` : 'not registered'],
              ['CIS', cisOf(own)],
              ['Currency', organisation.BaseCurrency],
              ['Year end', `${organisation.FinancialYearEndDay}/${organisation.FinancialYearEndMonth}`],
              ['Lock date', day(organisation.PeriodLockDate) || 'none'],
              ['Year-end lock date', day(organisation.EndOfYearLockDate) || 'none'],
              ['Plan limit', own.approvedInvoiceLimit === undefined ? 'none' : `${own.approvedInvoiceLimit} approved invoices`],
              ['Tenant ID', el('code', { textContent: organisation.OrganisationID })],
            ]),
            el(
              'p',
              { className: 'buttons' },
              button('Lock dates', () => lockDialog(organisation, page), 'primary'),
              button('Plan limit', () => planDialog(own.approvedInvoiceLimit, page)),
            ),
          ),
          connectionsCard(own, page),
        ),
        el('h2', { textContent: 'Chart of accounts' }),
        accountsTable(accounts, page),
        el('h2', { textContent: 'Tax rates' }),
        table('Tax rates', ['Name', 'Tax type', '>Rate', 'Status'], rates, 'No tax rate.'),
      );
    },
  };
}
