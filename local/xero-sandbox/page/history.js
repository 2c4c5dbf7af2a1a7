import { el, table } from './dom.js';
import { moment } from './format.js';

/** History and notes of a record. */
export function historyCard(records) {
  const rows = records.map(({ DateUTCString, Changes, User, Details }) => [moment(`${DateUTCString}Z`), Changes, User, Details]);
  return el(
    'section',
    {},
    el('h2', { textContent: 'History and notes' }),
    table('History and notes', ['When (UTC)', 'What', 'Who', 'Details'], rows, 'Nothing yet.'),
  );
}
