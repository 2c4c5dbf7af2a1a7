import { describe, expect, it } from '@jest/globals';
import { WaitFailure, type AttentionFailure, type RetryFailure } from '../../../shared/sync/errors.ts';
import { classifyXeroFailure } from '../../../shared/xero/xero-failure.ts';

/** A rejection as xero-node makes it: a JSON string (xero-facts §10). */
function rejection(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ response: { statusCode, body, headers, request: {} }, body });
}
const classify = (thrown: unknown) => classifyXeroFailure(thrown, 'PUT Contacts');

describe('classifyXeroFailure: wait (xero-facts §2)', () => {
  it.each([
    ['minute', { 'x-rate-limit-problem': 'minute', 'retry-after': '22' }, 'minute', 22_000],
    ['Minute, spelt otherwise', { 'X-Rate-Limit-Problem': 'MinuteLimit', 'Retry-After': '22' }, 'minute', 22_000],
    ['day', { 'x-rate-limit-problem': 'day', 'retry-after': '66975' }, 'day', 66_975_000],
    ['DayLimit', { 'x-rate-limit-problem': 'DayLimit' }, 'day', 3_600_000],
    ['concurrent without Retry-After', { 'x-rate-limit-problem': 'concurrent' }, 'concurrent', 1_500],
    ['appminute', { 'x-rate-limit-problem': 'appminute' }, 'appminute', 60_000],
    ['no header at all', {}, 'minute', 60_000],
    ['a Retry-After that is no number', { 'retry-after': 'soon' }, 'minute', 60_000],
  ] as const)('429 %s', (_, headers, limit, waitMs) => {
    const failure = classify(rejection(429, 'Rate limit exceeded', headers));
    expect(failure).toBeInstanceOf(WaitFailure);
    expect(failure).toMatchObject({ kind: 'wait', limit, waitMs });
  });

  it.each(['The Xero API is currently offline for maintenance', 'The Xero API is temporarily unavailable', 'Organisation offline'])(
    '503 "%s"',
    (text) => {
      expect(classify(rejection(503, text))).toMatchObject({ kind: 'wait', limit: 'offline', waitMs: 60_000 });
    },
  );
});

describe('classifyXeroFailure: retry', () => {
  it.each([
    ['500 with Xero’s JSON', 500, { Title: 'An error occurred', Status: 500 }],
    ['500 with nginx HTML', 500, '<html><body>500 Internal Server Error</body></html>'],
    ['502', 502, ''],
    ['503 with HTML, which is not Xero speaking', 503, '<html>503 Service Temporarily Unavailable</html>'],
    ['403 of a firewall, which says nothing about the consent', 403, '<html>Request blocked</html>'],
    ['xero-facts §3: key used with a different request', 400, { Message: 'Idempotency Key: k1 is used with a different request.' }],
    ['a redirect', 302, ''],
  ])('%s: look up, then a new key', (_, status, body) => {
    expect(classify(rejection(status, body))).toMatchObject({ kind: 'retry', outcome: 'server-error' });
  });

  it.each([
    ['xero-node’s string with status 0', rejection(0, 'socket hang up')],
    ['an Error', new Error('connect ECONNREFUSED')],
    ['a text that is no JSON', 'timeout of 500ms exceeded'],
    ['nothing', undefined],
  ])('%s: lost answer', (_, thrown) => {
    expect(classify(thrown) as RetryFailure).toMatchObject({ kind: 'retry', outcome: 'lost-answer' });
  });
});

describe('classifyXeroFailure: reconnect (xero-facts §1)', () => {
  it.each([
    ['403 AuthenticationUnsuccessful', 403, { Title: 'Forbidden', Status: 403, Detail: 'AuthenticationUnsuccessful' }],
    ['401 that stayed', 401, { Title: 'Unauthorized', Status: 401, Detail: 'AuthorizationUnsuccessful' }],
  ])('%s', (_, status, body) => {
    expect(classify(rejection(status, body)).kind).toBe('reconnect');
  });

  it.each([
    ['the object shape', { response: { statusCode: 403, body: { Detail: 'AuthenticationUnsuccessful' } } }],
    [
      'the AxiosError shape',
      Object.assign(new Error('403'), { response: { status: 403, data: { Detail: 'AuthenticationUnsuccessful' } } }),
    ],
  ])('in %s of the SDK', (_, thrown) => {
    expect(classify(thrown).kind).toBe('reconnect');
  });
});

describe('classifyXeroFailure: attention', () => {
  it('400: keeps Xero’s own words as detail, each once, and out of the message', () => {
    const failure = classify(
      rejection(400, {
        ErrorNumber: 10,
        Type: 'ValidationException',
        Message: 'A validation exception occurred',
        Elements: [
          { ValidationErrors: [{ Message: 'The contact name Jo Smith is already assigned.' }] },
          { ValidationErrors: [{ Message: 'Email address must be valid.' }, { Message: 'Email address must be valid.' }] },
        ],
      }),
    ) as AttentionFailure;
    expect(failure.problem).toMatchObject({
      code: 'refused-by-xero',
      detail: 'The contact name Jo Smith is already assigned. Email address must be valid.',
    });
    expect(failure.message).not.toContain('Jo Smith');
  });

  it('400 without elements: the message of the whole', () => {
    const failure = classify(
      rejection(400, { ErrorNumber: 14, Type: 'PostDataInvalidException', Message: 'Invalid JSON' }),
    ) as AttentionFailure;
    expect(failure.problem.detail).toBe('Invalid JSON');
  });

  it('404: the record is gone, whatever HTML comes with it', () => {
    const failure = classify(rejection(404, '<html>cannot be found</html>')) as AttentionFailure;
    expect(failure.problem.code).toBe('not-found-in-xero');
    expect(failure.problem).not.toHaveProperty('detail');
  });
});

it('a failure that is classified already stays as it is', () => {
  const wait = new WaitFailure('x', 'day', 1);
  expect(classify(wait)).toBe(wait);
});
