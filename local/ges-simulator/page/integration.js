/* global location, history, URLSearchParams */
import { call } from './api.js';
import { attempt, badge, button, el, field, notify, select } from './dom.js';

const STATUS = {
  'not-connected': ['Not connected', ''],
  'choose-organisation': ['Choose an organisation', 'warn'],
  setup: ['Connected, not set up yet', 'warn'],
  active: ['Active', 'good'],
  paused: ['Paused', 'warn'],
  'needs-reconnect': ['Needs reconnecting', 'bad'],
};
const HAS_SETTINGS = ['setup', 'active', 'paused'];
const CREATE_ONE = 'create';

/** Options cost calls to Xero, so they are read once for each connection and not with every look at the status. */
let known = { key: '', options: null };
/** What the user has chosen and not saved yet. */
let draft = null;

const path = (accountId, route) => `/accounts/${accountId}/integration/v1/xero${route}`;

async function load(accountId) {
  let connection;
  try {
    connection = await call('GET', path(accountId, '/connection'));
  } catch (error) {
    return { failure: error.message };
  }
  const key = JSON.stringify([accountId, connection.status, connection.organisation]);
  if (known.key !== key) {
    known = { key, options: null };
    draft = null;
    if (HAS_SETTINGS.includes(connection.status)) {
      known.options = await call('GET', path(accountId, '/options')).catch((error) => ({ failure: error.message }));
    }
  }
  return { connection, options: known.options };
}

async function connect(accountId) {
  const { authorizeUrl } = await call('POST', path(accountId, '/connect'), {});
  location.assign(authorizeUrl);
}

function factList(facts) {
  const told = facts.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return el(
    'dl',
    { className: 'facts' },
    told.flatMap(([name, value]) => [el('dt', { textContent: name }), el('dd', { textContent: value })]),
  );
}

function statusCard({ accountId, connection, changed }) {
  const { status, organisation, counts, lastSyncAt, pausedReason, pausedUntil, reason } = connection;
  const [label, kind] = STATUS[status] ?? [status, ''];
  const disconnect = async () => {
    await attempt(() => call('DELETE', path(accountId, '/connection')), 'Disconnected from Xero.');
    changed();
  };
  const canConnect = status === 'not-connected' || status === 'needs-reconnect';
  return el(
    'section',
    { className: 'card' },
    el('h2', {}, 'Xero ', badge(label, kind)),
    factList([
      ['Organisation', organisation?.name],
      ['Last sync', lastSyncAt && new Date(lastSyncAt).toLocaleString('en-GB')],
      ['Records', organisation && `${counts.synced} synced, ${counts.pending} pending, ${counts.attention} need attention`],
      ['Why', pausedReason ?? reason],
      ['Paused until', pausedUntil && new Date(pausedUntil).toLocaleTimeString('en-GB')],
    ]),
    canConnect &&
      el('p', { textContent: 'Customers, invoices and payments go to your Xero organisation and come back from it by themselves.' }),
    el(
      'footer',
      {},
      canConnect &&
        button(status === 'needs-reconnect' ? 'Reconnect to Xero' : 'Connect to Xero', () => attempt(() => connect(accountId)), 'primary'),
      status !== 'not-connected' && button('Disconnect', disconnect, 'danger'),
    ),
  );
}

/** Which of the organisations that the consent covers; another one than before starts afresh, and only when that is wished. */
function chooseCard({ accountId, connection, changed }) {
  const choose = (tenantId, startAfresh) => async () => {
    await attempt(() => call('PUT', path(accountId, '/organisation'), { tenantId, startAfresh }));
    changed();
  };
  const { organisations } = connection;
  return el(
    'section',
    { className: 'card' },
    el('h2', { textContent: 'Which organisation?' }),
    organisations.some(({ startsAfresh }) => startsAfresh) &&
      el('p', { className: 'warning', textContent: 'Starting afresh with another organisation leaves the links with the old one aside.' }),
    el(
      'footer',
      {},
      organisations.map(({ tenantId, name, startsAfresh }) =>
        button(startsAfresh ? `Start afresh with ${name}` : name, choose(tenantId, startsAfresh), startsAfresh ? 'danger' : ''),
      ),
    ),
  );
}

const accountLabel = ({ code, name }) => (code ? `${code} · ${name}` : name);
const accountOptions = (accounts) => (accounts ?? []).map((account) => [account.accountId, accountLabel(account)]);

function settingsCard({ accountId, connection, options, changed }) {
  draft ??= {
    payment: connection.settings?.paymentAccountId ?? '',
    sales: connection.settings?.salesAccountId ?? '',
    syncCustomers: connection.settings?.syncCustomers ?? false,
    syncInvoices: connection.settings?.syncInvoices ?? false,
  };
  const chosen = draft;
  const payments = accountOptions(options.paymentAccounts);
  const paymentChoices = [
    ['', payments.length > 0 ? 'Choose…' : 'None yet: one will be created'],
    ...payments,
    [CREATE_ONE, 'Create one for me'],
  ];
  const remember = (key) => (event) => {
    chosen[key] = event.target.type === 'checkbox' ? event.target.checked : event.target.value;
  };
  const tick = (key, label) =>
    el(
      'label',
      { className: 'tick' },
      el('input', { type: 'checkbox', name: key, checked: chosen[key], onchange: remember(key) }),
      ` ${label}`,
    );
  const save = async (event) => {
    event.preventDefault();
    const createPaymentAccount = chosen.payment === CREATE_ONE;
    let warnings = [];
    const saved = await attempt(async () => {
      const answer = await call('PUT', path(accountId, '/settings'), {
        paymentAccountId: createPaymentAccount || chosen.payment === '' ? null : chosen.payment,
        createPaymentAccount,
        salesAccountId: chosen.sales === '' ? null : chosen.sales,
        syncCustomers: chosen.syncCustomers,
        syncInvoices: chosen.syncInvoices,
      });
      warnings = answer.warnings;
    }, 'Settings saved.');
    if (!saved) return;
    for (const { message } of warnings) notify(message, 'warn');
    known = { key: '', options: null };
    changed();
  };
  return el(
    'form',
    { className: 'card', onsubmit: save },
    el('h2', { textContent: 'Settings' }),
    (options.warnings ?? []).map((warning) => el('p', { className: 'warning', textContent: warning.message })),
    el(
      'div',
      { className: 'grid' },
      field('Payments go to', select('payment', paymentChoices, chosen.payment, { onchange: remember('payment') })),
      field(
        'Sales go to',
        select('sales', [['', 'Choose…'], ...accountOptions(options.salesAccounts)], chosen.sales, { onchange: remember('sales') }),
      ),
      tick('syncCustomers', 'Sync customers'),
      tick('syncInvoices', 'Sync invoices'),
    ),
    el('footer', {}, el('button', { type: 'submit', className: 'primary', textContent: 'Save' })),
  );
}

/** Why a consent came to nothing; what is not here is told by its code. */
const REFUSALS = {
  access_denied: 'you pressed "Cancel" there.',
  'organisation-in-use': 'that organisation belongs to another business here. Choose another one.',
  'different-organisation': 'that is not the organisation of before. Connect the same one, or choose it in the panel.',
  'nothing-granted': 'no organisation was chosen there.',
  'ticket-expired': 'it took too long. Please press "Connect to Xero" again.',
  'state-expired': 'it took too long, or came back in another browser. Please press "Connect to Xero" again.',
  'code-expired': 'it took too long. Please press "Connect to Xero" again.',
  'xero-unavailable': 'Xero does not answer. Please try again later.',
};

/** What Xero's consent came back with, told once. */
function tellReturn() {
  const query = new URLSearchParams(location.search);
  if (query.has('connected')) notify('Connected to Xero.');
  const error = query.get('error');
  if (error !== null) notify(`Xero was not connected: ${REFUSALS[error] ?? `${error}.`}`, 'bad');
  if (query.size > 0) history.replaceState(null, '', `${location.pathname}${location.hash}`);
}

/** The Integration panel: connect, choose, save, status, disconnect (contracts §4, through the simulator's proxy). */
export const integration = {
  title: 'Integrations',
  load,
  draw: ({ accountId, data, changed }) => {
    tellReturn();
    const { failure, connection, options } = data;
    if (failure)
      return [
        el('section', { className: 'card' }, el('h2', { textContent: 'Xero' }), el('p', { className: 'problem', textContent: failure })),
      ];
    const parts = { accountId, connection, options, changed };
    const cards = [statusCard(parts)];
    if (connection.organisations.length > 0) cards.push(chooseCard(parts));
    if (options?.failure) cards.push(el('p', { className: 'card problem', textContent: options.failure }));
    else if (HAS_SETTINGS.includes(connection.status) && options) cards.push(settingsCard(parts));
    return cards;
  },
};
