/* global document, location, history, URLSearchParams */
import { auth, xeroButton } from './auth.js';
import { button, el } from './dom.js';
import { mailbox, people } from './people.js';
import { done, entry, form, heading, problem, switchTo } from './sign-in-parts.js';

const content = document.getElementById('content');

/** Why somebody came back from Xero without being signed in. */
const REASONS = {
  access_denied: 'You pressed Cancel in Xero, so nobody was signed in.',
  'state-expired': 'It took too long, or you came back in another browser. Please try again.',
  'code-expired': 'It took too long to come back from Xero. Please try again.',
  'sign-in-failed': 'Xero’s answer could not be checked, so nobody was signed in. Please try again.',
  'xero-unavailable': 'Xero does not answer at the moment. Log in with your password, or try again later.',
  'xero-error': 'Xero could not sign you in. Please try again.',
  'integration-api-down': 'The Integration API does not answer. Is it running?',
};

const email = (more = {}) => entry('E-mail address', 'email', { type: 'email', autocomplete: 'username', ...more });
const password = (autocomplete, more = {}) => entry('Password', 'password', { type: 'password', autocomplete, ...more });
const or = () => el('div', { className: 'or', textContent: 'or' });

/** What the address says went wrong, once. */
function toldError() {
  const error = new URLSearchParams(location.search).get('error');
  if (error === null) return null;
  history.replaceState(null, '', location.pathname);
  return problem(REASONS[error] ?? 'Xero could not sign you in. Please try again.');
}

const enter = () => location.assign('/');

function login() {
  return [
    ...heading('Log in'),
    toldError(),
    xeroButton('Log in with Xero', 'login'),
    or(),
    form([email(), password('current-password')], 'Log in', async (given) => {
      await auth('POST', '/login', given);
      enter();
    }),
    switchTo('New here?', '/signup', 'Sign up'),
  ];
}

const businessFields = ({ name = '', mail = '' } = {}) => [
  entry('Business name', 'business', { autocomplete: 'organization' }),
  entry('Your name', 'name', { autocomplete: 'name', value: name }),
  email({ value: mail, help: 'We send a link to it, to make sure that it is yours.' }),
];

async function sendSignUp(given) {
  const { next } = await auth('POST', '/signup', given);
  if (next !== undefined) location.assign(next);
  else
    show(
      ...heading('Look into your mail', `If ${given.email} is new to us, a link is on its way to it. Open it in this browser.`),
      switchTo('Do you have a user already?', '/login', 'Log in'),
    );
}

function signUp() {
  return [
    ...heading('Sign up', 'Jobs, certificates and invoices for gas engineers.'),
    toldError(),
    xeroButton('Sign up with Xero', 'signup'),
    or(),
    form([...businessFields(), password('new-password', { minLength: 8, help: 'At least 8 characters.' })], 'Sign up', sendSignUp),
    switchTo('Do you have a user already?', '/login', 'Log in'),
  ];
}

/** Who has come from Xero and waits; else the page says where to begin. */
async function waitingPerson() {
  const { waiting } = await auth('GET', '/xero/waiting');
  if (waiting !== null) return waiting;
  show(
    ...heading('Your Xero login is over', 'It lasts an hour, in the browser in which you began.'),
    xeroButton('Log in with Xero', 'login'),
  );
  return null;
}

async function signUpDetails() {
  const waiting = await waitingPerson();
  if (waiting === null) return null;
  return [
    ...heading('Almost done', `You are logged in to Xero as ${waiting.email}. Tell us about your business.`),
    form(businessFields({ name: waiting.name, mail: waiting.email }), 'Sign up', (given) => sendSignUp(given)),
    switchTo('Do you have a user already?', '/login/prove', 'Link it to your Xero login'),
  ];
}

/** The proof the first time: the GES password, or a link mailed to the GES address. */
async function prove() {
  const waiting = await waitingPerson();
  if (waiting === null) return null;
  const passwordForm = form([email({ value: waiting.email }), password('current-password')], 'Link my user', async (given) => {
    await auth('POST', '/xero/prove', given);
    enter();
  });
  const mailed = el('div', { 'aria-live': 'polite' });
  const mail = button('Mail me a link instead', async () => {
    const address = passwordForm.elements.namedItem('email');
    if (!address.reportValidity()) return;
    mail.disabled = true;
    try {
      await auth('POST', '/xero/mail', { email: address.value });
      mailed.replaceChildren(done(`If ${address.value} has a user, a link is on its way to it. Open it in this browser.`));
    } catch (failure) {
      mailed.replaceChildren(problem(failure.message));
    } finally {
      mail.disabled = false;
    }
  });
  mail.classList.add('secondary');
  return [
    ...heading(
      'Is it you?',
      `You are logged in to Xero as ${waiting.email}. Prove once that the user here is yours; from then on Xero is enough.`,
    ),
    passwordForm,
    or(),
    mailed,
    mail,
    switchTo('No user yet?', '/signup/details', 'Sign up'),
  ];
}

/** A Xero login that is bound to several users. */
async function choose() {
  const waiting = await waitingPerson();
  if (waiting === null) return null;
  const refusal = el('p', { className: 'problem', role: 'alert', hidden: true });
  const pick = (userId) => async () => {
    try {
      await auth('POST', '/xero/choose', { userId });
      enter();
    } catch (failure) {
      refusal.textContent = failure.message;
      refusal.hidden = false;
    }
  };
  const choices = waiting.users.map(({ id, business, name, email: address }) =>
    el(
      'button',
      { type: 'button', className: 'choice', onclick: pick(id) },
      el('strong', { textContent: business }),
      el('small', { textContent: `${name} · ${address}` }),
    ),
  );
  return [
    ...heading('Which business?', `Your Xero login ${waiting.email} belongs to several users.`),
    refusal,
    choices,
    switchTo('Another business?', '/login/prove', 'Link one more user'),
  ];
}

/** A mailed link acts only when its button is pressed: mail programs open links by themselves. */
function mailedLink() {
  const token = new URLSearchParams(location.search).get('token') ?? '';
  history.replaceState(null, '', location.pathname);
  const go = form([], 'Continue', async () => {
    await auth('POST', '/link', { token });
    enter();
  });
  return [
    ...heading('One click more', 'Only continue if it was you who asked for this link.'),
    go,
    switchTo('It was not you?', '/login', 'Do nothing'),
  ];
}

const PAGES = {
  '/login': login,
  '/login/choose': choose,
  '/login/prove': prove,
  '/login/link': mailedLink,
  '/signup': signUp,
  '/signup/details': signUpDetails,
  '/people': people,
  '/mails': mailbox,
};

function show(...parts) {
  content.replaceChildren(...parts.flat().filter((part) => part));
  document.title = `${content.querySelector('h1')?.textContent ?? 'Log in'} · Gas Engineer Software (simulator)`;
}

async function start() {
  const { pathname } = location;
  content.classList.toggle('broad', pathname === '/people' || pathname === '/mails');
  try {
    const parts = await (PAGES[pathname] ?? login)();
    if (parts !== null) show(...parts);
  } catch (failure) {
    show(
      problem(failure.message),
      button('Try again', () => location.reload()),
    );
  }
}

void start();
