import { call } from './api.js';
import { actNow, openForm } from './dialogs.js';
import { button, card, el, field, input, redraw, table } from './dom.js';
import { badge, count, moment } from './format.js';

const STATES = { ok: ['OK', 'good'], retrying: ['Retrying', 'warn'], disabled: ['Disabled', 'bad'], validating: ['Being checked', 'warn'] };

function urlDialog({ clientId, url }, page) {
  openForm({
    title: 'Where the webhooks go',
    note: 'The new address is checked at once (intent to receive): correctly signed requests must be answered 200, wrongly signed ones 401.',
    body: el('div', { className: 'grid' }, field('Address', input('url', url, { type: 'url', required: true }), { wide: true })),
    saveLabel: 'Change and validate',
    done: 'Address changed; the check is under way.',
    save: async ({ elements }) => {
      await call('POST', 'webhooks/validate', { clientId, url: elements.url.value });
      await page.refresh();
    },
  });
}

function subscriptionRow(subscription, page) {
  const { clientId, url, status, waiting, failingSince, retryAt, attempts } = subscription;
  const [text, kind] = STATES[status] ?? [status, ''];
  const onIt = (path, done) => () =>
    void actNow(
      () => call('POST', `webhooks/${path}`, { clientId }),
      done,
      () => page.refresh(),
    );
  const trouble =
    failingSince === undefined
      ? ''
      : `${count(attempts, 'failed try', 'failed tries')} since ${moment(failingSince)}, next ${moment(retryAt) || 'now'}`;
  const named = (label) => ({ key: `${label} ${clientId}`, ariaLabel: `${label}: ${clientId}` });
  return [
    clientId,
    url,
    badge(text, kind),
    String(waiting),
    trouble,
    el(
      'span',
      { className: 'buttons' },
      button('Validate', onIt('validate', 'The intent-to-receive check is under way.'), 'small', named('Validate')),
      button('Retry now', onIt('retry-now', 'What waits is sent now.'), 'small', named('Retry now')),
      button('Change address', () => urlDialog(subscription, page), 'small', named('Change address')),
    ),
  ];
}

/** How a delivery went; the wrongly signed requests of a check must be refused with 401. */
function outcome({ status, received, kind, wellSigned }) {
  if (status === undefined) return badge('under way', 'warn');
  const isRight = kind === 'validation' && !wellSigned ? status === 401 : received;
  return badge(status === 0 ? 'no answer' : `answered ${status}`, isRight ? 'good' : 'bad');
}

function whatIn({ kind, wellSigned, events }) {
  if (kind === 'validation') return wellSigned ? 'check, signed well' : 'check, signed wrongly on purpose';
  const names = events.map(({ eventCategory, eventType }) => `${eventCategory.toLowerCase()} ${eventType.toLowerCase()}`);
  const sums = [...new Set(names)].map((name) => `${name} × ${names.filter((other) => other === name).length}`).join(', ');
  return kind === 'duplicate' ? `${sums} (sent twice)` : sums;
}

/** Subscriptions and deliveries. */
export function webhooksPanel(page) {
  const live = el('div');
  return {
    element: card('Webhooks', live),
    load: async () => {
      const [subscriptions, deliveries] = await Promise.all([call('GET', 'webhooks'), call('GET', 'webhooks/deliveries')]);
      return { subscriptions, deliveries };
    },
    draw: ({ subscriptions, deliveries }) => {
      const rows = deliveries.map((delivery) => [
        moment(delivery.at),
        delivery.clientId,
        whatIn(delivery),
        el(
          'details',
          { key: delivery.id },
          el('summary', { textContent: 'Events' }),
          el('pre', { textContent: JSON.stringify(delivery.events, null, 2) }),
        ),
        outcome(delivery),
      ]);
      redraw(
        live,
        table(
          'Subscriptions',
          ['App', 'Address', 'State', '>Waiting', 'Trouble', 'Actions'],
          subscriptions.map((subscription) => subscriptionRow(subscription, page)),
          'No app has subscribed.',
        ),
        el('h3', { textContent: 'Deliveries' }),
        table('Deliveries', ['When (UTC)', 'App', 'What', 'Content', 'Outcome'], rows, 'Nothing was delivered yet.'),
      );
    },
  };
}
