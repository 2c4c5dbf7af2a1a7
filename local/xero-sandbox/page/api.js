/* global fetch, localStorage, URLSearchParams */

const REMEMBERED = 'xero-sandbox-organisation';

/** A refused call; `message` is a sentence for the user, `status` 0 means that nothing answered. */
export class SandboxError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The complaint about a body, as the switchboard lists it, in one readable line. */
function plainWords(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/^✖\s*/, '').replace(/^\s*→ at (.+)$/, '(field “$1”)'))
    .filter((line) => line !== '')
    .join(' ');
}

function messageOf(status, text) {
  try {
    const problem = JSON.parse(text);
    const said = problem.error ?? problem.Message;
    if (typeof said === 'string' && said !== '' && status !== 500) return plainWords(said);
  } catch {
    // No JSON: told by its status below.
  }
  if (status === 404) return 'That does not exist in the sandbox (any more).';
  if (status >= 500) return 'The sandbox made a mistake of its own; nothing was changed.';
  return `The sandbox refused this (${status}).`;
}

/** Calls the switchboard and gives the JSON of the answer. @throws SandboxError */
export async function call(method, path, body) {
  let response;
  let text;
  try {
    response = await fetch(`/_sandbox/${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    text = await response.text();
  } catch {
    throw new SandboxError(0, 'The sandbox does not answer. Is it still running?');
  }
  if (!response.ok) throw new SandboxError(response.status, messageOf(response.status, text));
  return JSON.parse(text);
}

/** The organisation that is looked at. */
export const current = {
  tenantId: localStorage.getItem(REMEMBERED) ?? '',
  choose(tenantId) {
    current.tenantId = tenantId;
    localStorage.setItem(REMEMBERED, tenantId);
  },
};

const encoded = (parameters) => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

/** Reads something of the current organisation, for example `look('contacts', { page: 2 })`. */
export function look(what, parameters = {}) {
  return call('GET', `organisations/${current.tenantId}/${what}${encoded(parameters)}`);
}

/** Acts as a person in the current organisation. */
export function act(what, body = {}) {
  return call('POST', `as-user/${what}`, { tenantId: current.tenantId, ...body });
}
