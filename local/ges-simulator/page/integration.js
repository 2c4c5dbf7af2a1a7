import { call } from './api.js';
import { attempt, badge, button, el } from './dom.js';
import { apiPath, finishReturn, goToXero } from './connecting.js';
import { draftOf, settingsFailure, settingsForm } from './settings-form.js';

const STATUS = {
  'not-connected': ['Not connected', ''],
  'choose-organisation': ['Choose an organisation', 'warn'],
  setup: ['Connected, not set up yet', 'warn'],
  active: ['Active', 'good'],
  paused: ['Paused', 'warn'],
  'needs-reconnect': ['Needs reconnecting', 'bad'],
};
const OFF = ['Off: nothing is synced', ''];
const HAS_SETTINGS = ['setup', 'active', 'paused'];

/** Options cost calls to Xero, so they are read once for each connection and not with every look at the status. */
let known = { key: '', options: null };
/** What the user has chosen and not saved yet. */
let draft = null;
/** What came of the way to Xero, until the user connects again or leaves. */
let outcome = { accountId: '', sentence: null };

function forgetOptions() {
  known = { key: '', options: null };
  draft = null;
}

async function load(accountId) {
  const sentence = await finishReturn(accountId);
  if (sentence !== null) outcome = { accountId, sentence };
  let connection;
  try {
    connection = await call('GET', apiPath(accountId, '/connection'));
  } catch (error) {
    return { failure: error.message };
  }
  const key = JSON.stringify([accountId, connection.status, connection.organisation]);
  if (known.key !== key) {
    known = { key, options: null };
    draft = null;
    if (HAS_SETTINGS.includes(connection.status)) {
      known.options = await call('GET', apiPath(accountId, '/options')).catch((error) => ({ failure: error.message }));
    }
  }
  return { connection, options: known.options, outcome: outcome.accountId === accountId ? outcome.sentence : null };
}

const when = (instant) =>
  new Date(instant).toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

function factList(facts) {
  const told = facts.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return el(
    'dl',
    { className: 'facts' },
    told.flatMap(([name, value]) => [el('dt', { textContent: name }), el('dd', { textContent: value })]),
  );
}

function statusCard({ accountId, connection, outcome: sentence, changed }) {
  const { status, switchedOff, organisation, counts, lastSyncAt, pausedReason, pausedUntil, reason } = connection;
  const [label, kind] = switchedOff && status === 'active' ? OFF : (STATUS[status] ?? [status, '']);
  const connect = async (event) => {
    event.target.disabled = true;
    outcome = { accountId, sentence: null };
    if (!(await attempt(() => goToXero(accountId)))) event.target.disabled = false;
  };
  const disconnect = async () => {
    await attempt(() => call('DELETE', apiPath(accountId, '/connection')), 'Disconnected from Xero.');
    changed();
  };
  const canConnect = status === 'not-connected' || status === 'needs-reconnect' || status === 'choose-organisation';
  return el(
    'section',
    { className: 'card' },
    el('h2', {}, 'Xero ', badge(label, kind)),
    sentence && el('p', { className: 'problem', role: 'alert', textContent: sentence }),
    factList([
      ['Organisation', organisation?.name],
      ['Last sync', lastSyncAt && when(lastSyncAt)],
      ['Records', organisation && `${counts.synced} in step, ${counts.pending} waiting, ${counts.attention} need you`],
      ['Why', pausedReason ?? reason],
      ['Paused until', pausedUntil && when(pausedUntil)],
    ]),
    status === 'not-connected' &&
      el('p', { textContent: 'Customers, invoices and payments go to your Xero organisation and come back from it by themselves.' }),
    el(
      'footer',
      {},
      canConnect && button(status === 'needs-reconnect' ? 'Reconnect to Xero' : 'Connect to Xero', connect, 'primary'),
      status !== 'not-connected' && button('Disconnect', disconnect, 'danger'),
    ),
  );
}

/** Which of the organisations that the consent covers; another one than before starts afresh, and only when that is wished. */
function chooseCard({ accountId, connection, changed }) {
  const choose = (tenantId, startAfresh) => async () => {
    await attempt(() => call('PUT', apiPath(accountId, '/organisation'), { tenantId, startAfresh }));
    changed();
  };
  const { organisations } = connection;
  return el(
    'section',
    { className: 'card' },
    el('h2', { textContent: 'Which organisation?' }),
    organisations.some(({ startsAfresh }) => startsAfresh) &&
      el('p', {
        className: 'warning',
        textContent: 'Your records are linked to another organisation. Starting afresh keeps those links aside and begins without any.',
      }),
    el(
      'footer',
      {},
      organisations.map(({ tenantId, name, startsAfresh }) =>
        button(startsAfresh ? `Start afresh with ${name}` : name, choose(tenantId, startsAfresh), startsAfresh ? 'danger' : ''),
      ),
    ),
  );
}

/** The Integration panel: connect, choose, save, status, disconnect, through the simulator's proxy. */
export const integration = {
  title: 'Integrations',
  load,
  draw: ({ accountId, data, changed }) => {
    const { failure, connection, options } = data;
    if (failure)
      return [
        el('section', { className: 'card' }, el('h2', { textContent: 'Xero' }), el('p', { className: 'problem', textContent: failure })),
      ];
    const cards = [statusCard({ accountId, connection, outcome: data.outcome, changed })];
    if (connection.organisations.length > 0) cards.push(chooseCard({ accountId, connection, changed }));
    const renewed = () => {
      forgetOptions();
      changed();
    };
    if (options?.failure) cards.push(settingsFailure(options.failure, renewed));
    else if (HAS_SETTINGS.includes(connection.status) && options) {
      draft ??= draftOf(connection, options);
      cards.push(settingsForm({ accountId, draft, options, saved: renewed }));
    }
    return cards;
  },
};
