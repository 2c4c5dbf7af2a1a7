/* global location, history, URLSearchParams */
import { auth, xeroButton } from './auth.js';
import { call } from './api.js';
import { badge, button, el } from './dom.js';
import { done, heading, problem, switchTo } from './sign-in-parts.js';

const day = (instant) => new Date(instant).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const moment = (instant) =>
  new Date(instant).toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

function loginRow({ userId, xeroUserId, xeroEmail, boundAt }) {
  const unbind = async (event) => {
    event.target.disabled = true;
    try {
      await auth('DELETE', `/bindings/${userId}/${xeroUserId}`);
      location.assign('/people?unbound=1');
    } catch (failure) {
      event.target.replaceWith(problem(failure.message));
    }
  };
  return el(
    'div',
    { className: 'login-row' },
    el('span', {}, `Xero: ${xeroEmail} `, el('small', { className: 'muted', textContent: `since ${day(boundAt)}` })),
    button('Unlink', unbind, 'danger'),
  );
}

function told() {
  const query = new URLSearchParams(location.search);
  history.replaceState(null, '', location.pathname);
  if (query.has('bound')) return done('Your Xero login is linked. From now on “Log in with Xero” is enough.');
  if (query.has('unbound')) return done('Unlinked. That Xero login no longer opens this user.');
  return query.has('error') ? problem('Xero was not linked. Please try again.') : null;
}

/** How I log in; for an owner, everybody of the business. */
export async function people() {
  const { user } = await auth('GET', '/session');
  if (user === null) {
    location.assign('/login');
    return null;
  }
  const { self, users } = await auth('GET', '/users');
  const rows = users.map(({ id, name, email, isOwner, xeroLogins }) =>
    el(
      'li',
      {},
      el('strong', { textContent: name }),
      id === self && badge('you', 'good'),
      isOwner && badge('owner'),
      el('div', { className: 'muted', textContent: email }),
      xeroLogins.length === 0 ? el('div', { className: 'login-row muted', textContent: 'No Xero login' }) : xeroLogins.map(loginRow),
    ),
  );
  return [
    ...heading('Users and logins', `${user.business}. Disconnecting the books from Xero does not unlink anybody.`),
    told(),
    el('ul', { className: 'plain-list' }, rows),
    xeroButton('Link my Xero login', 'bind'),
    switchTo('', '/', 'Back to the business'),
  ];
}

/** What the platform would have mailed. */
export async function mailbox() {
  const { items } = await call('GET', '/mails');
  const mails = items.map(({ to, subject, text, link, sentAt }) =>
    el(
      'li',
      { className: 'mail' },
      el('strong', { textContent: subject }),
      el('div', { className: 'muted', textContent: `To ${to} · ${moment(sentAt)}` }),
      el('p', { textContent: text }),
      el('a', { href: link, textContent: 'Open the link' }),
    ),
  );
  return [
    ...heading('Mailbox of the simulator', 'Every mail that the platform would have sent, newest first.'),
    mails.length === 0 ? el('p', { className: 'empty', textContent: 'No mail yet.' }) : el('ul', { className: 'plain-list' }, mails),
    switchTo('', '/login', 'Back to the login'),
  ];
}
