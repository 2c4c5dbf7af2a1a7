import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { XeroBooks } from '../../../shared/sync/books-port.ts';
import { RetryFailure } from '../../../shared/sync/errors.ts';
import { createXeroBooks } from '../../../shared/xero/client.ts';
import { startStubXero, xeroContact, type StubCall, type StubXero } from './stub-xero.ts';

let xero: StubXero;
let tokens: string[];
let refused: string[];
let limits: unknown[];
let books: XeroBooks;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const contacts = (...elements: unknown[]) => ({ status: 200, json: { Id: 'x', Status: 'OK', Contacts: elements } });
const unauthorised = { status: 401, json: { Title: 'Unauthorized', Status: 401, Detail: 'TokenExpired: token expired' } };

beforeAll(async () => {
  xero = await startStubXero();
});
afterAll(() => xero.close());
beforeEach(() => {
  xero.calls.length = 0;
  tokens = ['token-1'];
  refused = [];
  limits = [];
  books = createXeroBooks({
    apiBaseUrl: xero.url,
    tenantId: 'tenant-1',
    accessToken: async () => tokens[0] ?? '',
    onUnauthorised: async (token) => {
      refused.push(token);
      if (tokens.length > 1) tokens.shift();
    },
    meter: {
      before: async () => undefined,
      answered: (remaining) => void limits.push(remaining),
      failed: () => undefined,
      refused: async (_kind, failure) => {
        throw failure;
      },
    },
  });
});

describe('reading contacts', () => {
  it('xero-facts §5: asks paged, archived included, as the tenant, for JSON', async () => {
    xero.answer = () => ({ ...contacts(xeroContact()), headers: { 'x-minlimit-remaining': '57', 'x-daylimit-remaining': '4999' } });
    const found = await books.contactsByIds([id(1), id(2)]);
    expect(found).toHaveLength(1);
    const [call] = xero.calls as [StubCall];
    expect(call).toMatchObject({ method: 'GET', path: '/api.xro/2.0/Contacts' });
    expect(Object.fromEntries(call.query)).toEqual({ IDs: `${id(1)},${id(2)}`, page: '1', pageSize: '2', includeArchived: 'true' });
    expect(call.headers).toMatchObject({ authorization: 'Bearer token-1', 'xero-tenant-id': 'tenant-1', accept: 'application/json' });
    expect(limits).toEqual([{ minute: 57, day: 4999 }]);
  });

  it('asks for at most 40 ids a call, and for none without ids', async () => {
    xero.answer = () => contacts();
    await books.contactsByIds(Array.from({ length: 81 }, (_, n) => id(n)));
    expect(xero.calls.map((call) => call.query.get('IDs')?.split(',').length).sort()).toEqual([1, 40, 40]);
    expect(await books.contactsByIds([])).toEqual([]);
    expect(xero.calls).toHaveLength(3);
  });

  it('a search term that is too long for an address is cut', async () => {
    xero.answer = () => contacts();
    await books.searchContacts('’'.repeat(255));
    const [call] = xero.calls as [StubCall];
    expect(call.query.toString().length).toBeLessThan(1_900);
    expect(call.query.get('searchTerm')).toMatch(/^’{150,}$/);
  });

  it('a list that Xero does not find is asked for again: no record is gone', async () => {
    xero.answer = () => ({ status: 404, text: 'The resource you’re looking for cannot be found' });
    await expect(books.contactsByIds([id(1)])).rejects.toBeInstanceOf(RetryFailure);
    await expect(books.contactFeed(0, 1)).rejects.toBeInstanceOf(RetryFailure);
  });

  it('searches archived contacts too, in one call', async () => {
    xero.answer = () => contacts(xeroContact());
    await books.searchContacts('O’Brien & Sons');
    expect(xero.calls.map((call) => Object.fromEntries(call.query))).toEqual([
      { searchTerm: 'O’Brien & Sons', page: '1', pageSize: '100', includeArchived: 'true' },
    ]);
  });

  it('a feed reads one page of 1,000 in order of change, modified since the given time, and Xero’s own time of the answer', async () => {
    xero.answer = () => ({ ...contacts(xeroContact({ ContactID: id(1) })), headers: { date: 'Sun, 22 Nov 2026 10:20:00 GMT' } });
    const page = await books.contactFeed(Date.parse('2026-11-22T10:15:00.000Z'), 2);
    expect(page).toMatchObject({ items: [{ contactId: id(1) }], answeredAt: Date.parse('2026-11-22T10:20:00Z'), isFull: false });
    const [call] = xero.calls as [StubCall];
    expect(Object.fromEntries(call.query)).toMatchObject({
      page: '2',
      pageSize: '1000',
      order: 'UpdatedDateUTC ASC',
      includeArchived: 'true',
    });
    expect(call.headers['if-modified-since']).toBe('2026-11-22T10:15:00.000Z');
  });

  it('a page of 1,000 is full: there may be more', async () => {
    xero.answer = () => contacts(...Array.from({ length: 1_000 }, (_, n) => xeroContact({ ContactID: id(n) })));
    expect(await books.contactFeed(1_000, 1)).toMatchObject({ isFull: true });
  });

  it.each([304, 200])('nothing modified may come as %p', async (status) => {
    xero.answer = () => (status === 304 ? { status } : contacts());
    expect(await books.contactFeed(1_000, 1)).toMatchObject({ items: [], isFull: false });
  });
});

describe('writing contacts', () => {
  it('creates by PUT and updates by POST, with the key as a plain header and errors per element', async () => {
    xero.answer = () => contacts(xeroContact({ ContactNumber: 'cus_1' }));
    await books.createContacts([{ contactNumber: 'cus_1', name: 'Hartley' }], 'key-1');
    await books.updateContacts([{ contactId: '11111111-1111-4111-8111-111111111111', name: 'Hartley' }], 'key-2');
    expect(xero.calls.map((call) => [call.method, call.path, call.query.toString(), call.headers['idempotency-key'], call.body])).toEqual([
      ['PUT', '/api.xro/2.0/Contacts', 'summarizeErrors=false', 'key-1', '{"Contacts":[{"ContactNumber":"cus_1","Name":"Hartley"}]}'],
      [
        'POST',
        '/api.xro/2.0/Contacts',
        'summarizeErrors=false',
        'key-2',
        '{"Contacts":[{"ContactID":"11111111-1111-4111-8111-111111111111","Name":"Hartley"}]}',
      ],
    ]);
  });

  it('xero-facts §6: a 200 proves nothing, each element is judged for itself', async () => {
    xero.answer = () =>
      contacts(
        xeroContact({ StatusAttributeString: 'OK', ContactNumber: 'cus_1' }),
        xeroContact({
          ContactID: id(0).replaceAll('4', '0').replaceAll('8', '0'),
          HasValidationErrors: true,
          StatusAttributeString: 'ERROR',
          ValidationErrors: [{ Message: 'Email address must be valid.' }],
        }),
        xeroContact({ StatusAttributeString: 'WARNING', ContactNumber: 'cus_3' }),
      );
    const answers = await books.createContacts([{ contactNumber: 'cus_1' }, { contactNumber: 'cus_2' }, { contactNumber: 'cus_3' }], 'k');
    expect(answers).toMatchObject([
      { ok: true, record: { contactNumber: 'cus_1', updatedAt: 1_795_353_449_461 } },
      { ok: false, messages: ['Email address must be valid.'] },
      { ok: true, record: { contactNumber: 'cus_3' } },
    ]);
  });

  it.each([
    ['fewer elements than were sent', contacts()],
    ['another customer’s contact', contacts(xeroContact({ ContactNumber: 'cus_2' }))],
    ['HTML with status 200 (xero-facts §10)', { status: 200, text: '<html>Sign in</html>' }],
  ])('never links by an answer with %s: look first', async (_, answer) => {
    xero.answer = () => answer;
    await expect(books.createContacts([{ contactNumber: 'cus_1' }], 'k')).rejects.toMatchObject({ kind: 'retry', outcome: 'server-error' });
  });

  it('a connection cut without an answer is a lost answer', async () => {
    xero.answer = () => 'hang up';
    await expect(books.createContacts([{ name: 'A' }], 'k')).rejects.toMatchObject({ kind: 'retry', outcome: 'lost-answer' });
  });

  it('a 429 keeps what Xero said about the wait', async () => {
    xero.answer = () => ({ status: 429, text: 'Rate limit exceeded', headers: { 'x-rate-limit-problem': 'minute', 'retry-after': '22' } });
    await expect(books.createContacts([{ name: 'A' }], 'k')).rejects.toMatchObject({ kind: 'wait', limit: 'minute', waitMs: 22_000 });
  });
});

describe('access', () => {
  it('an expired token is reported, renewed, and the very same call sent again', async () => {
    tokens = ['token-1', 'token-2'];
    xero.answer = (call) => (call.headers.authorization === 'Bearer token-1' ? unauthorised : contacts(xeroContact()));
    await books.createContacts([{ name: 'A' }], 'k');
    expect(refused).toEqual(['token-1']);
    expect(xero.calls.map((call) => [call.headers.authorization, call.headers['idempotency-key'], call.body])).toEqual([
      ['Bearer token-1', 'k', '{"Contacts":[{"Name":"A"}]}'],
      ['Bearer token-2', 'k', '{"Contacts":[{"Name":"A"}]}'],
    ]);
  });

  it('a stored token that is refused as well is no reason to reconnect: a fresh one is tried', async () => {
    tokens = ['token-1', 'token-2', 'token-3'];
    xero.answer = (call) => (call.headers.authorization === 'Bearer token-3' ? contacts(xeroContact()) : unauthorised);
    await books.createContacts([{ name: 'A' }], 'k');
    expect(refused).toEqual(['token-1', 'token-2']);
  });

  it('xero-facts §1: a 401 that persists after the renewal means reconnect', async () => {
    tokens = ['token-1', 'token-2', 'token-3', 'token-4'];
    xero.answer = () => unauthorised;
    await expect(books.searchContacts('a')).rejects.toMatchObject({ kind: 'reconnect' });
    expect(xero.calls).toHaveLength(3);
  });

  it('does not ask twice with the same refused token', async () => {
    xero.answer = () => unauthorised;
    await expect(books.searchContacts('a')).rejects.toMatchObject({ kind: 'reconnect' });
    expect(xero.calls).toHaveLength(1);
  });

  it('xero-facts §2: keeps at most 4 calls in progress, and carries on after a failure', async () => {
    let inProgress = 0;
    let most = 0;
    xero.answer = async () => {
      inProgress += 1;
      most = Math.max(most, inProgress);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inProgress -= 1;
      return xero.calls.length % 3 === 0 ? { status: 500, text: '' } : contacts();
    };
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => books.searchContacts('a')));
    expect(most).toBe(4);
    expect(xero.calls).toHaveLength(12);
    expect(new Set(results.map((result) => result.status))).toEqual(new Set(['fulfilled', 'rejected']));
  });

  it('can be carried in process by a transport, without a network', async () => {
    const seen: (string | undefined)[] = [];
    const inProcess = createXeroBooks({
      apiBaseUrl: 'http://nowhere.invalid',
      tenantId: 't',
      accessToken: async () => 'token',
      transport: async (config) => {
        seen.push(config.url);
        return { data: { Contacts: [xeroContact()] }, status: 200, statusText: 'OK', headers: {}, config };
      },
    });
    expect(await inProcess.searchContacts('a')).toHaveLength(1);
    expect(seen).toEqual(['http://nowhere.invalid/api.xro/2.0/Contacts']);
  });
});
