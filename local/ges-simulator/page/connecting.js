/* global location, history, URLSearchParams, sessionStorage */
import { call } from './api.js';
import { notify } from './dom.js';

/** Where the panel's calls go: the simulator passes them on with the user's own JWT. */
export const apiPath = (accountId, route) => `/accounts/${accountId}/integration/v1/xero${route}`;

const AGAIN = 'Press "Connect to Xero" again.';

/** Why somebody came back from Xero without a connection, and what to do. What is not here is told by its code. */
const REASONS = {
  access_denied:
    'You pressed Cancel in Xero, so nothing was connected. If Xero said that the organisation uses too many apps already, disconnect one there first: Settings, Connected apps.',
  'missing-scope': `Xero did not allow everything that syncing needs. ${AGAIN} If it stays, tell support.`,
  'too-many-apps':
    'Your organisation already uses as many apps as Xero allows. Disconnect one in Xero (Settings, Connected apps), then connect again.',
  'ticket-expired': `The page that leads to Xero was opened twice, or too late. ${AGAIN}`,
  'state-expired': `It took too long, or you came back in another browser. ${AGAIN}`,
  'xero-unavailable': 'Xero does not answer at the moment. Please try again in a few minutes.',
  'xero-error': `Xero could not finish. ${AGAIN}`,
  'unexpected-error': `Something went wrong on our side. ${AGAIN} If it stays, tell support.`,
};

const AFTER_CONSENT = 'save-after-consent';

/** Goes to Xero. `save`: settings to save when the person comes back, because they need Xero's leave first. */
export async function goToXero(accountId, save) {
  const { authorizeUrl } = await call('POST', apiPath(accountId, '/connect'), { createPaymentAccount: save !== undefined });
  if (save === undefined) sessionStorage.removeItem(AFTER_CONSENT);
  else sessionStorage.setItem(AFTER_CONSENT, JSON.stringify({ accountId, save }));
  location.assign(authorizeUrl);
}

/** Takes what Xero's redirect brought out of the address, so that a reload does not use it again. */
function takeReturn() {
  const query = new URLSearchParams(location.search);
  if (query.size > 0) history.replaceState(null, '', `${location.pathname}${location.hash}`);
  return { code: query.get('code'), error: query.get('error') };
}

/** Finishes what a way to Xero began, with this account's own JWT. Answers the sentence to show, or null. */
export async function finishReturn(accountId) {
  const { code, error } = takeReturn();
  if (error !== null) return REASONS[error] ?? `Xero was not connected: ${error}.`;
  if (code === null) return null;
  const waiting = JSON.parse(sessionStorage.getItem(AFTER_CONSENT) ?? 'null');
  sessionStorage.removeItem(AFTER_CONSENT);
  try {
    const { organisation, organisations } = await call('POST', apiPath(accountId, '/connect/finish'), { code });
    if (organisations.length === 0 && organisation !== null) notify(`Connected to ${organisation.name}.`);
    if (waiting?.accountId !== accountId) return null;
    await call('PUT', apiPath(accountId, '/settings'), waiting.save);
    notify('Account made, settings saved.');
    return null;
  } catch (failure) {
    return failure.message;
  }
}
