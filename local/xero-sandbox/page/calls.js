import { call } from './api.js';
import { confirmAction } from './dialogs.js';
import { button, card, el, facts, redraw, table } from './dom.js';
import { moment } from './format.js';

const LOG_LENGTH = 50;
const MOST_ROWS = 100;

const statusText = (status) => (Number(status) === 0 ? 'lost' : String(status));
const long = (text) => el('span', { className: 'long', textContent: text });
const statusesText = (statuses) =>
  Object.entries(statuses)
    .map(([status, times]) => `${statusText(status)} × ${times}`)
    .join(', ');

/** Counts and the last calls. The page's own calls are not among them. */
export function callsPanel(page) {
  const live = el('div');
  const reset = () =>
    confirmAction({
      title: 'Set the counts to zero?',
      text: 'The counts and the list of calls are forgotten.',
      verb: 'Reset counts',
      done: 'Counts are at zero.',
      action: async () => {
        await call('POST', 'calls/reset');
        await page.refresh();
      },
    });
  return {
    element: card('Calls since the last reset', live, el('p', { className: 'buttons' }, button('Reset counts', reset))),
    load: () => call('GET', `calls?log=${LOG_LENGTH}`),
    draw: ({ total, xeroCalls, xeroReads, xeroWrites, calls, log }) => {
      const name = (tenantId) => page.organisations.find((organisation) => organisation.tenantId === tenantId)?.name ?? tenantId;
      const most = [...calls].sort((a, b) => b.count - a.count).slice(0, MOST_ROWS);
      const counts = most.map((row) => [row.method, long(row.path), name(row.tenantId), statusesText(row.statuses), String(row.count)]);
      const last = [...log]
        .reverse()
        .map((row) => [moment(row.at), row.method, long(`${row.path}${row.query}`), name(row.tenantId), statusText(row.status)]);
      redraw(
        live,
        facts([
          ['All calls', String(total)],
          ['Accounting API', `${xeroCalls} (${xeroReads} reading, ${xeroWrites} writing)`],
        ]),
        el('h3', { textContent: calls.length > MOST_ROWS ? `The ${MOST_ROWS} most frequent of ${calls.length}` : 'Counts' }),
        table('Counts of calls', ['Method', 'Path', 'Organisation', 'Answers', '>Calls'], counts, 'No call yet.'),
        el('h3', { textContent: `The last ${LOG_LENGTH}` }),
        table('Last calls', ['When (UTC)', 'Method', 'Path', 'Organisation', 'Answer'], last, 'No call yet.'),
      );
    },
  };
}
