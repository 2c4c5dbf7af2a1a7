/* global document, localStorage, location, window, setInterval */
import { call } from './api.js';
import { auth } from './auth.js';
import { customers } from './customers.js';
import { attempt, el, input } from './dom.js';
import { integration } from './integration.js';
import { invoices } from './invoices.js';
import { payments } from './payments.js';

const TABS = { customers, invoices, payments, integration };
const REFRESH_MS = 2000;
const content = document.getElementById('content');
const accountSelect = document.getElementById('account');
let searchText = '';
let shown = '';

const tabName = () => (location.hash.slice(1) in TABS ? location.hash.slice(1) : 'customers');
const matches = (text) => text.toLowerCase().includes(searchText.toLowerCase());

const search = input('search', '', {
  type: 'search',
  placeholder: 'Search',
  ariaLabel: 'Search',
  oninput: (event) => {
    searchText = event.target.value;
    void refresh(true);
  },
});

/** Loads the tab's data and draws it when it differs from what is shown. */
async function refresh(force = false) {
  const accountId = accountSelect.value;
  const name = tabName();
  const data = await TABS[name].load(accountId);
  const state = JSON.stringify([accountId, name, data]);
  if (name !== tabName() || accountId !== accountSelect.value || (!force && state === shown)) return;
  shown = state;
  const hadFocus = document.activeElement === search;
  content.replaceChildren(...TABS[name].draw({ accountId, data, search, matches, changed: () => void refresh(true) }));
  if (hadFocus) search.focus();
}

function openTab() {
  searchText = '';
  search.value = '';
  for (const link of document.getElementById('tabs').children) {
    link.toggleAttribute('aria-current', link.hash.slice(1) === tabName());
  }
  return attempt(() => refresh(true));
}

/** Who is signed in. Nobody need be: then the page shows every business, as a simulator may. */
function showPerson(user) {
  const leave = async () => {
    await auth('POST', '/logout', {});
    location.assign('/login');
  };
  const parts =
    user === null
      ? [el('a', { href: '/login', textContent: 'Log in' })]
      : [
          el('a', { href: '/people', textContent: user.name }),
          el('button', { type: 'button', textContent: 'Log out', onclick: () => attempt(leave) }),
        ];
  document.getElementById('person').replaceChildren(...parts);
}

async function start() {
  document
    .getElementById('tabs')
    .append(...Object.entries(TABS).map(([name, { title }]) => el('a', { href: `#${name}`, textContent: title })));
  const { user } = await auth('GET', '/session');
  showPerson(user);
  const { items: all } = await call('GET', '/accounts');
  const items = user === null ? all : all.filter(({ id }) => id === user.accountId);
  accountSelect.append(...items.map(({ id, name }) => el('option', { value: id, textContent: name })));
  const remembered = localStorage.getItem('account');
  if (items.some(({ id }) => id === remembered)) accountSelect.value = remembered;
  accountSelect.addEventListener('change', () => {
    localStorage.setItem('account', accountSelect.value);
    void openTab();
  });
  window.addEventListener('hashchange', () => void openTab());
  if (/[?&](code|error)=/.test(location.search)) location.hash = 'integration';
  await openTab();
  setInterval(() => {
    const busy = document.hidden || document.getElementById('editor').open || content.contains(document.querySelector('form:focus-within'));
    if (!busy) refresh().catch(() => undefined);
  }, REFRESH_MS);
}

void attempt(start);
