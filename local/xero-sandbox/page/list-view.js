/* global clearTimeout, history, location, setTimeout, URLSearchParams */
import { look } from './api.js';
import { button, el, input, redraw, select, table } from './dom.js';
import { count } from './format.js';

const PAGE_SIZE = 50;
const TYPING_PAUSE_MS = 250;

/** Page, search and status as the address bar keeps them: `#contacts?page=2&search=smith`. */
function stateOf(hash) {
  const query = new URLSearchParams(hash.split('?')[1] ?? '');
  return { page: Number(query.get('page') ?? 1), search: query.get('search') ?? '', status: query.get('status') ?? undefined };
}

function pager({ page, pageCount, total }, go) {
  const first = total === 0 ? 0 : (page - 1) * PAGE_SIZE + 1;
  const shown = `${first.toLocaleString('en-GB')}–${Math.min(total, page * PAGE_SIZE).toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')}`;
  if (pageCount <= 1) return null;
  /** A button that leads nowhere keeps the focus, which a disabled one would lose. */
  const step = (label, wanted, isOff) => button(label, () => !isOff && go(wanted), '', { ariaDisabled: String(isOff) });
  return el(
    'nav',
    { className: 'pager', ariaLabel: 'Pages' },
    step('First', 1, page === 1),
    step('Previous', page - 1, page === 1),
    el('span', { textContent: `${shown} · page ${page} of ${pageCount}` }),
    step('Next', page + 1, page === pageCount),
    step('Last', pageCount, page === pageCount),
  );
}

/**
 * A searchable list in pages. The search box and the status filter are made once; only the table is drawn again.
 * @param statuses pairs of comma-separated statuses and label; the first is the one to begin with
 * @param cells gives the cells of one row
 */
export function listView({ tab, title, what, unit, statuses, headings, cells, actions = [], searchHint }) {
  return (page) => {
    const state = { ...stateOf(location.hash) };
    state.status ??= statuses[0][0];
    const counter = el('small');
    const rows = el('div');
    let typing;
    const show = (changes) => {
      Object.assign(state, changes);
      const usual = { page: 1, search: '', status: statuses[0][0] };
      const text = new URLSearchParams(Object.entries(state).filter(([name, value]) => value !== usual[name])).toString();
      history.replaceState(null, '', `#${tab}${text === '' ? '' : `?${text}`}`);
      return page.refresh();
    };
    const search = input('search', state.search, {
      type: 'search',
      placeholder: searchHint,
      ariaLabel: `Search ${title.toLowerCase()}`,
      oninput: () => {
        clearTimeout(typing);
        typing = setTimeout(() => void show({ search: search.value.trim(), page: 1 }), TYPING_PAUSE_MS);
      },
    });
    const status = select('status', statuses, state.status, {
      ariaLabel: 'Show',
      onchange: () => void show({ status: status.value, page: 1 }),
    });
    const buttons = actions.map(({ label, run }) => button(label, () => run(page), 'primary'));
    return {
      element: el('div', {}, el('div', { className: 'toolbar' }, el('h1', {}, title, ' ', counter), search, status, buttons), rows),
      load: () => look(what, { page: state.page, pageSize: PAGE_SIZE, search: state.search, status: state.status }),
      draw: (data) => {
        state.page = data.page;
        counter.textContent = count(data.total, unit);
        const found = data.items.map((item) => cells(item, page));
        const none = state.search === '' ? `No ${unit} here yet.` : `No ${unit} matches “${state.search}”.`;
        redraw(
          rows,
          table(title, headings, found, none),
          pager(data, (wanted) => void show({ page: wanted })),
        );
      },
    };
  };
}
