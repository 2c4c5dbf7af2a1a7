/* global document, location, window, setInterval */
import { call, current } from './api.js';
import { contacts, contactView } from './contacts.js';
import { creditNotes } from './credit-notes.js';
import { attempt, el } from './dom.js';
import { invoices, invoiceView } from './invoices.js';
import { organisationView } from './organisation.js';
import { payments } from './payments.js';
import { switchboardView } from './switchboard.js';

const REFRESH_MS = 3_000;
const TABS = {
  contacts: { title: 'Contacts', list: contacts, record: contactView },
  invoices: { title: 'Invoices', list: invoices, record: invoiceView },
  payments: { title: 'Payments', list: payments },
  'credit-notes': { title: 'Credit notes', list: creditNotes },
  organisation: { title: 'Organisation', list: organisationView },
  switchboard: { title: 'Switchboard', list: switchboardView },
};
const content = document.getElementById('content');
const offline = document.getElementById('offline');
const chooser = document.getElementById('organisation-choice');
let view;
let drawn = '';
let loads = 0;

/** The tab and, within it, the record that the address names. */
function placeOf(hash) {
  const [tab, id] = hash.slice(1).split('?')[0].split('/');
  return TABS[tab] === undefined ? { tab: 'contacts' } : { tab, id };
}

/** Loads what the view shows and draws it if it differs from what is shown; only the answer to the latest question counts. */
async function refresh() {
  const asked = view;
  loads += 1;
  const load = loads;
  const data = await asked.load();
  offline.hidden = true;
  const text = JSON.stringify(data);
  if (load !== loads || text === drawn) return;
  drawn = text;
  asked.draw(data);
}

/** Refreshes and tells by a line at the top what keeps the page from it. */
async function refreshOrTell() {
  try {
    await refresh();
  } catch (error) {
    offline.textContent = `${error.message} The page tries again by itself.`;
    offline.hidden = false;
  }
}

/** What views may ask of the page. */
const page = {
  organisations: [],
  refresh: refreshOrTell,
  attempt,
  clock: () => call('GET', 'clock'),
  choose: (tenantId) => {
    chooser.value = tenantId;
    return chosen();
  },
  /** Everything may be different: the organisations too. */
  reload: async () => {
    await loadOrganisations();
    await openPlace();
  },
};

async function openPlace() {
  const { tab, id } = placeOf(location.hash);
  const { title, list, record } = TABS[tab];
  for (const link of document.getElementById('tabs').children) {
    if (link.hash === `#${tab}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${title} · Xero sandbox – not Xero`;
  loads += 1;
  view = id === undefined || record === undefined ? list(page) : record(page, id);
  drawn = '';
  content.replaceChildren(view.element);
  window.scrollTo(0, 0);
  await refreshOrTell();
}

async function loadOrganisations() {
  page.organisations = await call('GET', 'organisations');
  const isThere = page.organisations.some(({ tenantId }) => tenantId === current.tenantId);
  if (!isThere && page.organisations[0] !== undefined) current.choose(page.organisations[0].tenantId);
  chooser.replaceChildren(...page.organisations.map(({ tenantId, name }) => el('option', { value: tenantId, textContent: name })));
  chooser.value = current.tenantId;
}

/** Another organisation: a record of the former one is left for its list. */
async function chosen() {
  current.choose(chooser.value);
  const { tab, id } = placeOf(location.hash);
  if (id === undefined) await openPlace();
  else location.hash = `#${tab}`;
}

async function start() {
  document
    .getElementById('tabs')
    .append(...Object.entries(TABS).map(([name, { title }]) => el('a', { href: `#${name}`, textContent: title })));
  document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault();
    content.focus();
  });
  chooser.addEventListener('change', () => void chosen());
  window.addEventListener('hashchange', () => void openPlace());
  await loadOrganisations();
  await openPlace();
  setInterval(() => {
    if (!document.hidden) void refreshOrTell();
  }, REFRESH_MS);
}

void attempt(start);
