/* global fetch */

/** A refused call: `message` is the problem document's detail, `fields` its field errors, `field` the one at fault where only one is named. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The simulator answered ${status}.`);
    this.status = status;
    this.code = problem?.code;
    this.field = problem?.field;
    this.fields = problem?.errors ?? [];
  }
}

/** Calls the switchboard as the user of the page. Answers the JSON body, or null. @throws ApiError */
export async function call(method, path, body, headers = {}) {
  const response = await fetch(`/_ges${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text === '' ? null : JSON.parse(text);
  if (!response.ok)
    throw new ApiError(response.status, response.status === 412 ? { detail: 'It was changed meanwhile. Open it again.' } : answer);
  return answer;
}

/** All records of one type, over all pages. */
export async function listAll(accountId, plural) {
  const items = [];
  let cursor = '';
  do {
    const page = await call('GET', `/accounts/${accountId}/${plural}?limit=500&cursor=${cursor}`);
    items.push(...page.items);
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  return items;
}

/** Saves what the user edited, on condition that nobody changed it since it was shown. */
export function save(accountId, plural, record, fields) {
  if (!record) return call('POST', `/accounts/${accountId}/${plural}`, fields);
  return call('PATCH', `/accounts/${accountId}/${plural}/${record.id}`, fields, { 'if-match': `"${record.revision}"` });
}

/** Deletes a record as the user. */
export function remove(accountId, plural, record) {
  return call('DELETE', `/accounts/${accountId}/${plural}/${record.id}`, undefined, { 'if-match': `"${record.revision}"` });
}
