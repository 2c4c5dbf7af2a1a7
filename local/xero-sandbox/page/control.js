import { call } from './api.js';
import { actNow, confirmAction } from './dialogs.js';
import { button, card, el, facts, field, input, redraw, select, table } from './dom.js';
import { moment } from './format.js';

const SECOND = 1_000;
const UNITS = [
  [String(SECOND), 'seconds'],
  [String(60 * SECOND), 'minutes'],
  [String(3_600 * SECOND), 'hours'],
  [String(86_400 * SECOND), 'days'],
];
const STEPS = [
  ['+1 minute', 60 * SECOND],
  ['+15 minutes', 15 * 60 * SECOND],
  ['+1 hour', 3_600 * SECOND],
  ['+1 day', 86_400 * SECOND],
];

/** The time of the sandbox, real or virtual. */
export function clockPanel(page) {
  const live = el('div');
  const set = (body, done) =>
    actNow(
      () => call('POST', 'clock', body),
      done,
      () => page.refresh(),
    );
  const form = el(
    'form',
    {
      className: 'inline',
      ariaLabel: 'Step the clock',
      onsubmit: (event) => {
        event.preventDefault();
        void set({ advanceMs: Math.round(Number(form.elements.by.value) * Number(form.elements.unit.value)) }, 'Clock stepped.');
      },
    },
    field('Step by', input('by', '1', { type: 'number', step: 'any', required: true })),
    field('Unit', select('unit', UNITS, UNITS[1][0])),
    el('button', { type: 'submit', textContent: 'Step' }),
  );
  return {
    element: card(
      'Clock',
      live,
      el(
        'p',
        { className: 'buttons' },
        STEPS.map(([label, advanceMs]) => button(label, () => void set({ advanceMs }, 'Clock stepped.'), 'small')),
      ),
      form,
    ),
    load: () => call('GET', 'clock'),
    draw: ({ mode, now }) => {
      const isReal = mode === 'real';
      const today = { mode: 'real', now: new Date().toISOString() };
      redraw(
        live,
        facts([
          ['Now (UTC)', moment(now)],
          ['Mode', isReal ? 'real: it goes on by itself' : 'virtual: it stands still until it is stepped'],
        ]),
        el(
          'p',
          { className: 'buttons' },
          isReal
            ? button('Stop the clock (virtual)', () => void set({ mode: 'virtual' }, 'The clock stands still.'))
            : button('Let it go on (real)', () => void set({ mode: 'real' }, 'The clock goes on.')),
          button('Back to this computer’s time', () => void set(today, 'The clock shows this computer’s time.')),
        ),
      );
    },
  };
}

const SETTINGS = [
  ['latencyMs', 'Latency of every API answer, ms'],
  ['webhookDelayMs', 'Webhook delay after a change, ms'],
  ['webhookRetryMs', 'Time between tries of a failing webhook, ms'],
  ['webhookDuplicateShare', 'Webhooks sent twice, %'],
  ['webhookHoldShare', 'Events held back, %'],
  ['webhookHoldMs', 'For how long they are held back, ms'],
  ['webhookDropShare', 'Events never sent, %'],
];
const isShare = (name) => name.endsWith('Share');
const shownSetting = (name, value) => String(isShare(name) ? Number((value * 100).toFixed(4)) : value);

/** Latency and webhook settings. What is being typed is kept when the settings are read anew. */
export function settingsPanel(page) {
  const limits = (name) => (isShare(name) ? { max: 100, step: 'any' } : { step: 1 });
  const controls = new Map(SETTINGS.map(([name]) => [name, input(name, '', { type: 'number', min: 0, required: true, ...limits(name) })]));
  const known = new Map();
  const changes = () =>
    [...controls]
      .filter(([name, control]) => control.value !== known.get(name))
      .map(([name, control]) => [name, isShare(name) ? Number(control.value) / 100 : Number(control.value)]);
  const form = el(
    'form',
    {
      className: 'grid three',
      ariaLabel: 'Settings',
      onsubmit: (event) => {
        event.preventDefault();
        void actNow(
          () => call('POST', 'settings', Object.fromEntries(changes())),
          'Settings saved.',
          () => page.refresh(),
        );
      },
    },
    SETTINGS.map(([name, label]) => field(label, controls.get(name))),
    el('button', { type: 'submit', className: 'primary', textContent: 'Save settings' }),
  );
  return {
    element: card('Settings', form),
    load: () => call('GET', 'settings'),
    draw: (settings) => {
      for (const [name, control] of controls) {
        const value = shownSetting(name, settings[name]);
        if (control.value === (known.get(name) ?? '') || control.value === value) control.value = value;
        known.set(name, value);
      }
    },
  };
}

/** Snapshots of everything, losing tokens, back to the seed. */
export function statePanel(page) {
  const live = el('div');
  const on = (method, path, body) => async () => {
    await call(method, path, body);
    await page.reload();
  };
  const ask = (label, title, text, action, done) =>
    button(label, () => confirmAction({ title, text, verb: label, action, done }), 'danger');
  const form = el(
    'form',
    {
      className: 'inline',
      ariaLabel: 'Take a snapshot',
      onsubmit: (event) => {
        event.preventDefault();
        const name = encodeURIComponent(form.elements.name.value.trim());
        void actNow(
          () => call('POST', `snapshots/${name}`),
          'Snapshot taken.',
          () => page.refresh(),
        );
      },
    },
    field(
      'Name of a snapshot',
      input('name', '', { required: true, pattern: '[A-Za-z0-9 _.\\-]+', title: 'Letters, digits, spaces, _ . -' }),
    ),
    el('button', { type: 'submit', textContent: 'Take snapshot' }),
  );
  const tokens = 'The next call of the app is refused with 401 and it has to refresh its token.';
  const refresh = 'The app can no longer refresh its tokens; a person has to connect it again.';
  const reset =
    'Everything goes back to the demo data: contacts, invoices, payments, connections, tokens, faults and counts. This cannot be undone.';
  return {
    element: card(
      'State',
      live,
      form,
      el('h3', { textContent: 'Tokens and reset' }),
      el(
        'p',
        { className: 'buttons' },
        ask(
          'Expire access tokens',
          'Let all access tokens expire?',
          tokens,
          on('POST', 'tokens/expire', {}),
          'All access tokens have expired.',
        ),
        ask(
          'Lose refresh tokens',
          'Lose all refresh tokens?',
          refresh,
          on('POST', 'tokens/expire', { refresh: true }),
          'All tokens are lost.',
        ),
        ask('Reset everything', 'Reset the whole sandbox?', reset, on('POST', 'reset', {}), 'The sandbox is as on its first start.'),
      ),
    ),
    load: () => call('GET', 'snapshots'),
    draw: (names) => {
      const restored = 'Everything is put back as it was when the snapshot was taken; what happened since is lost.';
      const rows = names.map((name) => {
        const restore = on('POST', `snapshots/${encodeURIComponent(name)}/restore`);
        const more = { title: `Restore “${name}”?`, text: restored, verb: 'Restore', action: restore, done: 'Restored.' };
        return [
          name,
          button('Restore', () => confirmAction(more), 'small danger', { key: `restore ${name}`, ariaLabel: `Restore ${name}` }),
        ];
      });
      redraw(live, table('Snapshots', ['Snapshot', 'Actions'], rows, 'No snapshot yet. They last as long as the sandbox runs.'));
    },
  };
}
