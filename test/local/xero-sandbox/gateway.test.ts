import { describe, expect, it } from '@jest/globals';
import { Bench, OTHER_TENANT, TENANT } from './bench.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Moves the clock to just after the start of a new minute window of the tenant. */
function intoFreshMinute(bench: Bench): void {
  const before = Number(bench.get('Organisation').headers['x-minlimit-remaining']);
  for (let i = 0; i < 60; i += 1) {
    bench.now += 1_000;
    const left = Number(bench.get('Organisation').headers['x-minlimit-remaining']);
    if (left > before - i - 1) return;
  }
}

function callUntilRefused(bench: Bench, most: number): { calls: number; reply: ReturnType<Bench['get']> } {
  for (let calls = 0; calls <= most; calls += 1) {
    const reply = bench.get('Organisation');
    if (reply.status === 429) return { calls, reply };
  }
  throw new Error('never refused');
}

describe('limits', () => {
  it('every answer carries what remains of day, minute and app minute', () => {
    const { headers } = Bench.connected().get('Organisation');
    expect(headers).toMatchObject({ 'x-daylimit-remaining': '4999', 'x-minlimit-remaining': '59', 'x-appminlimit-remaining': '9999' });
  });

  it('failing answers carry them, too', () => {
    expect(Bench.connected().get('Nothing').headers['x-minlimit-remaining']).toBe('59');
  });

  it('the 61st call in a minute window gets 429 minute with Retry-After', () => {
    const bench = Bench.connected();
    intoFreshMinute(bench);
    const { calls, reply } = callUntilRefused(bench, 60);
    expect(calls).toBeGreaterThan(57);
    expect(reply.headers).toMatchObject({ 'x-rate-limit-problem': 'minute', 'x-minlimit-remaining': '0' });
    bench.now += Number(reply.headers['retry-after']) * 1000;
    expect(bench.get('Organisation').status).toBe(200);
  });

  it('60 calls fit into one window exactly', () => {
    const bench = Bench.connected();
    const first = Number(bench.get('Organisation').headers['x-minlimit-remaining']);
    expect(callUntilRefused(bench, 60).calls).toBe(first);
  });

  it('windows of two organisations are counted apart and start at different moments', () => {
    const bench = Bench.connected();
    bench.connect({ organisation: OTHER_TENANT });
    const mine = callUntilRefused(bench, 60).reply;
    bench.tenant = OTHER_TENANT;
    expect(bench.get('Organisation').status).toBe(200);
    const theirs = callUntilRefused(bench, 60).reply;
    expect(mine.headers['retry-after']).not.toBe(theirs.headers['retry-after']);
  });

  it('the day limit is 5,000 for Core and 1,000 for Starter, and refuses with day', () => {
    const bench = Bench.connected();
    const app = bench.sandbox.state.apps.get('ges-xero-local');
    if (app === undefined) throw new Error('no app');
    bench.sandbox.state.apps.put({ ...app, tier: 'starter' });
    let served = 0;
    let reply = bench.get('Organisation');
    while (reply.headers['x-rate-limit-problem'] !== 'day') {
      if (reply.status === 200) served += 1;
      if (reply.status === 401) bench.keep(bench.refresh());
      if (reply.status === 429) bench.now += Number(reply.headers['retry-after']) * 1000;
      reply = bench.get('Organisation');
    }
    expect(served).toBe(1_000);
    expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(DAY / 1000);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(60);
  });

  it('the sixth call in progress gets 429 concurrent, without Retry-After', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'settings', { latencyMs: 400 });
    const statuses = [1, 2, 3, 4, 5].map(() => bench.get('Organisation').status);
    const sixth = bench.get('Organisation');
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect([sixth.status, sixth.headers['x-rate-limit-problem'], sixth.headers['retry-after']]).toEqual([429, 'concurrent', undefined]);
    bench.now += 400;
    expect(bench.get('Organisation').status).toBe(200);
  });

  it('10,000 calls a minute over all organisations get 429 appminute', () => {
    const bench = Bench.connected();
    const { limits } = bench.sandbox.state;
    bench.get('Organisation');
    const whole = limits.get('ges-xero-local/');
    if (whole === undefined) throw new Error('no app-wide window');
    limits.put({ ...whole, minuteUsed: 10_000 });
    expect(bench.get('Organisation').headers['x-rate-limit-problem']).toBe('appminute');
  });

  it('Plus lifts minute and day limits for the first 30 minutes of a connection', () => {
    const bench = Bench.connected();
    const app = bench.sandbox.state.apps.get('ges-xero-local');
    if (app === undefined) throw new Error('no app');
    bench.sandbox.state.apps.put({ ...app, tier: 'plus' });
    for (let i = 0; i < 200; i += 1) expect(bench.get('Organisation').status).toBe(200);
    bench.keep(bench.refresh());
    bench.now += 29 * MINUTE;
    bench.keep(bench.refresh());
    bench.now += 2 * MINUTE;
    expect(callUntilRefused(bench, 60).reply.headers['x-rate-limit-problem']).toBe('minute');
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k1' };
  const put = (bench: Bench, name: string, headers: Record<string, string> = key) => bench.api('PUT', 'Contacts', { Name: name }, headers);

  it('the same request with the same key gets the first answer again and is done once', () => {
    const bench = Bench.connected();
    const first = put(bench, 'Once Only');
    const second = put(bench, 'Once Only');
    expect(second.text).toBe(first.text);
    expect(bench.get('Contacts', { where: 'Name=="Once Only"' }).json.Contacts).toHaveLength(1);
  });

  it('another body, URL or method with the same key gets 400', () => {
    const bench = Bench.connected();
    put(bench, 'First');
    const text = 'Idempotency Key: k1 is used with a different request.';
    expect(put(bench, 'Second').json.Message).toBe(text);
    expect(bench.api('POST', 'Contacts', { Name: 'First' }, key).json.Message).toBe(text);
    expect(bench.api('PUT', 'Contacts?summarizeErrors=false', { Name: 'First' }, key).status).toBe(400);
  });

  it('the key lives 6 minutes from its first use, then it is new again', () => {
    const bench = Bench.connected();
    put(bench, 'Six Minutes');
    bench.now += 6 * MINUTE - 1;
    expect(put(bench, 'Six Minutes').status).toBe(200);
    bench.now += 1;
    expect(put(bench, 'Six Minutes').status).toBe(400);
  });

  it('a refusal is replayed as well', () => {
    const bench = Bench.connected();
    expect(put(bench, 'Okafor & Sons').status).toBe(400);
    const [taken] = bench.get('Contacts', { where: 'Name=="Okafor & Sons"' }).json.Contacts;
    bench.pull('POST', `as-user/contacts/${taken.ContactID}/archive`);
    expect(put(bench, 'Okafor & Sons').status).toBe(400);
    expect(put(bench, 'Okafor & Sons', { 'idempotency-key': 'k2' }).status).toBe(200);
  });

  it.each([
    ['nothing was done', false, 0],
    ['the work was done all the same', true, 1],
  ])('an internal error is cached: the retry gets it again (%s)', (_, commit, made) => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: '500', path: '/api.xro/2.0/Contacts', commit });
    expect(put(bench, 'Five Hundred').status).toBe(500);
    expect(put(bench, 'Five Hundred').status).toBe(500);
    expect(bench.get('Contacts', { where: 'Name=="Five Hundred"' }).json.Contacts).toHaveLength(made);
  });

  it('a 429 is not cached', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: '429' });
    expect(put(bench, 'Later').status).toBe(429);
    expect(put(bench, 'Later').status).toBe(200);
  });

  it('replays count against the limits', () => {
    const bench = Bench.connected();
    const first = Number(put(bench, 'Counted').headers['x-minlimit-remaining']);
    expect(Number(put(bench, 'Counted').headers['x-minlimit-remaining'])).toBe(first - 1);
  });

  it('a key of more than 128 characters gets 400, GETs ignore keys', () => {
    const bench = Bench.connected();
    expect(put(bench, 'Long', { 'idempotency-key': 'x'.repeat(129) }).status).toBe(400);
    expect(bench.get('Contacts', {}, key).status).toBe(200);
    expect(bench.get('Accounts', {}, key).status).toBe(200);
  });
});

describe('what the gateway answers to odd calls', () => {
  it('more than 100,000 matching rows get 400', () => {
    const bench = Bench.connected();
    const { contacts } = bench.sandbox.state;
    const [row] = [...contacts.values()];
    if (row === undefined) throw new Error('The seed has no contacts');
    const more = 100_001 - contacts.size;
    for (let i = 0; i < more; i += 1)
      contacts.load({ ...row, contactId: `many-${String(i)}`, texts: { FirstName: i < 5 ? 'Few' : 'Many' } });
    const list = (query: Record<string, string>): number => bench.get('Contacts', query).status;
    expect([list({}), list({ page: '1' }), list({ where: 'FirstName=="Few"' }), list({ where: 'FirstName!="Few"', page: '1' })]).toEqual([
      400, 400, 200, 200,
    ]);
  });

  it('an unknown path gets 404 as text/html', () => {
    const reply = Bench.connected().get('Nothing');
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([
      404,
      'text/html; charset=utf-8',
      "The resource you're looking for cannot be found",
    ]);
  });

  it('a method the endpoint does not support gets 501', () => {
    expect(Bench.connected().api('DELETE', 'Contacts').status).toBe(501);
  });

  it('without Accept: application/json it fails loudly, since Xero would answer XML', () => {
    const reply = Bench.connected().get('Contacts', {}, { accept: '*/*' });
    expect([reply.status, reply.headers['content-type']]).toEqual([406, 'text/xml; charset=utf-8']);
  });

  it('a GET with a JSON body {} is accepted, as xero-node sends it', () => {
    expect(Bench.connected().api('GET', 'Contacts', {}).status).toBe(200);
  });

  it.each([
    ['broken JSON', '{"Contacts": [', 14],
    ['an element that is no object', '{"Contacts": [1]}', 14],
    ['a text that is an object', '{"Name": {"a": 1}}', 14],
    ['phones that are no array', '{"Name": "A", "Phones": "0113"}', 14],
    ['no element', '{"Contacts": []}', 14],
    ['null', 'null', 14],
    ['an unknown status', '{"Name": "A", "ContactStatus": "SLEEPING"}', 14],
  ])('%s gets 400 PostDataInvalidException and nothing is saved', (_, body, number) => {
    const bench = Bench.connected();
    const before = bench.sandbox.state.contacts.size;
    const reply = bench.api('PUT', 'Contacts', body);
    expect([reply.status, reply.json.ErrorNumber, reply.json.Type]).toEqual([400, number, 'PostDataInvalidException']);
    expect(bench.sandbox.state.contacts.size).toBe(before);
  });

  it('a body over 10 MB gets 413', () => {
    expect(Bench.connected().api('PUT', 'Contacts', `{"Name":"${'x'.repeat(10 * 1024 * 1024)}"}`).status).toBe(413);
  });
});

describe('faults (switchboard)', () => {
  it('hits the next N calls of a path and no others', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: '503', next: 2, path: '/api.xro/2.0/contacts' });
    expect(bench.get('Accounts').status).toBe(200);
    expect([1, 2, 3].map(() => bench.get('Contacts').status)).toEqual([503, 503, 200]);
  });

  it('hits about the given share of calls', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: 'html', share: 0.3, path: '/.well-known' });
    const hit = Array.from({ length: 400 }, () => bench.send('GET', '/.well-known/openid-configuration').status).filter((s) => s === 500);
    expect(hit.length).toBeGreaterThan(80);
    expect(hit.length).toBeLessThan(170);
    bench.pull('DELETE', 'faults');
    expect(bench.send('GET', '/.well-known/openid-configuration').status).toBe(200);
  });

  it.each([
    ['lost-before', 0],
    ['lost-after', 1],
  ])('%s loses the answer, with %i contacts made', (kind, made) => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind, method: 'PUT' });
    expect(bench.api('PUT', 'Contacts', { Name: 'Lost' }).answer.lost).toBe(true);
    expect(bench.get('Contacts', { where: 'Name=="Lost"' }).json.Contacts).toHaveLength(made);
  });

  it('a token answer lost after the rotation is found again by the replay window', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: 'lost-after', path: '/connect/token' });
    expect(bench.refresh().answer.lost).toBe(true);
    expect(bench.refresh().status).toBe(200);
  });

  it('a slow answer takes its place among the calls in progress', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: 'slow', delayMs: 9_000, next: 5 });
    expect(bench.get('Organisation').answer.delayMs).toBe(9_000);
    for (let i = 0; i < 4; i += 1) bench.get('Organisation');
    expect(bench.get('Organisation').headers['x-rate-limit-problem']).toBe('concurrent');
  });

  it.each(['minute', 'day', 'concurrent', 'appminute'])('an injected 429 says %s', (problem) => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: '429', problem, retryAfterSeconds: 7 });
    const reply = bench.get('Organisation');
    expect([reply.status, reply.headers['x-rate-limit-problem'], reply.headers['retry-after']]).toEqual([429, problem, '7']);
  });

  it.each([{ kind: '429', problem: 'concurrent' }, { kind: '503' }, { kind: 'html' }, { kind: '500' }])(
    'an injected %j carries what remains, too as every answer does',
    (fault) => {
      const bench = Bench.connected();
      bench.pull('POST', 'faults', fault);
      const { headers } = bench.get('Organisation');
      expect(Object.keys(headers)).toEqual(
        expect.arrayContaining(['x-daylimit-remaining', 'x-minlimit-remaining', 'x-appminlimit-remaining']),
      );
    },
  );

  it('an injected day breach names the seconds until its window ends, a concurrent one none', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'faults', { kind: '429', problem: 'day' });
    const { headers } = bench.get('Organisation');
    expect(headers['x-daylimit-remaining']).toBe('0');
    expect(Number(headers['retry-after'])).toBeGreaterThan(60);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(86_400);
    bench.pull('POST', 'faults', { kind: '429', problem: 'concurrent' });
    expect(bench.get('Organisation').headers).not.toHaveProperty('retry-after');
  });

  it('one organisation can be offline while another is not', () => {
    const bench = Bench.connected();
    bench.connect({ organisation: OTHER_TENANT });
    bench.pull('POST', 'faults', { kind: '503', share: 1, tenantId: TENANT, problem: 'Organisation offline' });
    const offline = bench.get('Organisation');
    expect([offline.status, offline.headers['content-type'], offline.text]).toEqual([503, 'text/plain', 'Organisation offline']);
    expect(bench.get('Organisation', {}, { 'xero-tenant-id': TENANT.toUpperCase() }).status).toBe(503);
    bench.tenant = OTHER_TENANT;
    expect(bench.get('Organisation').status).toBe(200);
  });

  it('an injected 429 may spell its problem otherwise, as long as a header can hold it', () => {
    const bench = Bench.connected();
    expect(bench.pull('POST', 'faults', { kind: '429', problem: 'minute\r\nx' }).status).toBe(400);
    expect(bench.pull('POST', 'faults', { kind: '429', problem: 'größe' }).status).toBe(400);
    bench.pull('POST', 'faults', { kind: '429', problem: 'DayLimit' });
    expect(bench.get('Organisation').headers['x-rate-limit-problem']).toBe('DayLimit');
  });

  it('an html fault needs a status', () => {
    const bench = Bench.connected();
    expect(bench.pull('POST', 'faults', { kind: 'html', problem: 'teapot' }).status).toBe(400);
    bench.pull('POST', 'faults', { kind: 'html', problem: '502' });
    expect(bench.get('Organisation').status).toBe(502);
  });
});

describe('counting calls', () => {
  it('counts by method, path and tenant; Xero calls are those under /api.xro/, writes are not GETs', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'calls/reset');
    bench.get('Contacts', { page: '1' });
    bench.get('Contacts', { page: '2' });
    bench.api('PUT', 'Contacts', { Name: 'Counted' });
    bench.send('GET', '/connections', { headers: bench.bearer() });
    const counts = bench.pull('GET', 'calls?log=9').json;
    expect(counts).toMatchObject({ total: 4, xeroCalls: 3, xeroReads: 2, xeroWrites: 1 });
    expect(counts.calls).toContainEqual({ method: 'GET', path: '/api.xro/2.0/Contacts', tenantId: TENANT, count: 2, statuses: { 200: 2 } });
    expect(counts.log).toHaveLength(4);
    expect(bench.pull('POST', 'calls/reset').json).toMatchObject({ total: 0, calls: [] });
  });
});
