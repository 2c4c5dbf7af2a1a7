import { describe, expect, it } from '@jest/globals';
import { Bench, TENANT } from './bench.ts';

describe('switchboard', () => {
  it('lists its levers', () => {
    const { levers } = new Bench().pull('GET', '').json;
    expect(levers.map(({ call }: { call: string }) => call)).toContain('POST /_sandbox/as-user/contacts/{}/merge');
  });

  it.each([
    ['an unknown path', 'GET', 'nothing', undefined, 404],
    ['a body that is no JSON', 'POST', 'faults', '{', 400],
    ['an unknown fault kind', 'POST', 'faults', { kind: 'flood' }, 400],
    ['next together with share', 'POST', 'faults', { kind: '500', next: 1, share: 0.5 }, 400],
    ['an unknown setting', 'POST', 'settings', { speed: 1 }, 400],
    ['an unknown organisation', 'GET', 'organisations/x', undefined, 404],
    ['an unknown contact', 'POST', 'as-user/contacts/x/archive', {}, 404],
    ['an unknown user', 'POST', 'as-user/contacts', { user: 'nobody', Name: 'X' }, 404],
    ['a bad lock date', 'POST', 'as-user/lock-dates', { periodLockDate: '31/10/2026' }, 400],
  ])('answers %s with a sentence', (_, method, path, body, status) => {
    const reply = new Bench().pull(method, path, body);
    expect(reply.status).toBe(status);
    expect(reply.json.error).toEqual(expect.any(String));
  });

  it('shows the contents of an organisation without counting as a call', () => {
    const bench = new Bench();
    expect(bench.pull('GET', 'organisations').list).toHaveLength(4);
    const contacts = bench.pull('GET', `organisations/${TENANT}/contacts`).list;
    expect(contacts.map(({ Name }: { Name: string }) => Name)).toEqual(
      expect.arrayContaining(['Hartley Lettings Limited', 'Okafor & Sons']),
    );
    expect(bench.pull('GET', 'calls').json.total).toBe(0);
  });

  it('acting as a user obeys the rules of the screens: a taken name is refused', () => {
    expect(new Bench().pull('POST', 'as-user/contacts', { Name: 'hmrc vat' }).status).toBe(400);
  });

  it.each([
    ['as-user/lock-dates', { periodLockdate: '2026-10-31' }],
    ['as-user/disconnect', { client: 'ges-xero-local' }],
    ['as-user/accounts/200/archive', { tenant: TENANT }],
    ['webhooks/validate', { uri: 'http://localhost:1/' }],
    ['webhooks/retry-now', { app: 'ges-xero-local' }],
  ])('%s refuses a key it does not know, which would otherwise do something else in silence', (path, body) => {
    expect(new Bench().pull('POST', path, body).status).toBe(400);
  });

  it('acting as a user obeys the rules of the screens: what is gone is neither merged nor reconciled, system accounts stay', () => {
    const bench = Bench.connected();
    const [loser, winner, third] = ['Loser', 'Winner', 'Third'].map((Name) => bench.contact({ Name }).ContactID);
    const merge = (into: string | undefined) => bench.pull('POST', `as-user/contacts/${loser ?? ''}/merge`, { into });
    expect([merge(winner).status, merge(third).status]).toEqual([200, 400]);
    const { InvoiceID } = bench.invoice();
    const { PaymentID } = bench.payment(InvoiceID, 5).json.Payments[0];
    bench.pull('POST', `as-user/payments/${PaymentID}/delete`);
    expect(bench.pull('POST', `as-user/payments/${PaymentID}/reconcile`).status).toBe(400);
    expect(['610', '820', '860', '210'].map((code) => bench.pull('POST', `as-user/accounts/${code}/archive`).status)).toEqual([
      400, 400, 400, 400,
    ]);
    expect(bench.pull('POST', 'as-user/accounts/260/archive').status).toBe(200);
  });

  it('a virtual clock stands still until it is stepped', () => {
    const bench = new Bench();
    bench.pull('POST', 'clock', { mode: 'virtual', now: '2027-01-01T00:00:00Z' });
    bench.now += 60_000;
    expect(bench.pull('GET', 'clock').json).toEqual({ mode: 'virtual', now: '2027-01-01T00:00:00.000Z' });
    expect(bench.pull('POST', 'clock', { advanceMs: 1_000 }).json.now).toBe('2027-01-01T00:00:01.000Z');
  });

  it.each([{ advanceMs: 9e15 }, { advanceMs: -9e15 }, { now: '9999-12-31T23:59:59Z' }])(
    'a clock set to %j is refused and stays',
    (body) => {
      const bench = new Bench();
      const before = bench.pull('GET', 'clock').json;
      expect(bench.pull('POST', 'clock', body).status).toBe(400);
      expect(bench.pull('GET', 'clock').json).toEqual(before);
    },
  );

  it.each([
    ['settings', { latencyMs: 1e12 }],
    ['faults', { kind: 'slow', delayMs: 1e12 }],
  ])('%s refuses a delay that no timer could keep', (path, body) => {
    expect(new Bench().pull('POST', path, body).status).toBe(400);
  });

  it('a defect of the sandbox is told in a header that HTTP can carry, and changes nothing', () => {
    const bench = Bench.connected();
    bench.sandbox.state.newGuid = () => {
      throw new Error('Größe\tüber');
    };
    const headers = { authorization: `Bearer ${bench.token}`, accept: 'application/json', 'xero-tenant-id': bench.tenant };
    const request = { method: 'PUT', url: '/api.xro/2.0/Contacts', headers, body: '{"Name":"Half"}' };
    const { answer } = bench.sandbox.handle(request, bench.now);
    expect([answer.status, answer.headers['x-sandbox-defect']]).toEqual([500, 'Error: Gr??e??ber']);
    expect(bench.get('Contacts', { where: 'Name=="Half"' }).json.Contacts).toEqual([]);
  });

  it('a real clock goes on from where it was put', () => {
    const bench = new Bench();
    bench.pull('POST', 'clock', { advanceMs: 3_600_000 });
    bench.now += 1_000;
    expect(bench.pull('GET', 'clock').json.now).toBe('2026-11-22T11:00:01.000Z');
  });

  it('stepping the clock sends what became due with the same answer', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'clock', { mode: 'virtual' });
    bench.pull('POST', 'as-user/contacts', { Name: 'Timed' });
    expect(bench.sandbox.nextDueAt()).toBeUndefined();
    expect(bench.pull('POST', 'clock', { advanceMs: 149 }).effects).toEqual([]);
    expect(bench.pull('POST', 'clock', { advanceMs: 1 }).effects).toHaveLength(1);
  });

  it('reset brings the seed back: no connections, no faults, counts at zero, delays kept', () => {
    const bench = Bench.connected();
    bench.contact({ Name: 'Forgotten' });
    bench.pull('POST', 'faults', { kind: '500', next: 9 });
    bench.pull('POST', 'settings', { webhookDelayMs: 7, webhookDropShare: 1 });
    expect(bench.pull('POST', 'reset').status).toBe(200);
    expect(bench.get('Organisation').status).toBe(401);
    expect(bench.sandbox.state.contacts.size).toBe(12);
    expect(bench.pull('GET', 'faults').list).toEqual([]);
    expect(bench.pull('GET', 'settings').json).toMatchObject({ webhookDelayMs: 7, webhookDropShare: 0 });
    bench.connect();
    expect(bench.get('Organisation').status).toBe(200);
  });

  it('the same seed and the same calls give the same answers', () => {
    const run = (): string => {
      const bench = new Bench('fixed');
      bench.connect();
      return JSON.stringify([bench.refreshToken, bench.contact({ Name: 'Same' }), bench.pass(1_000).map(({ body }) => body)]);
    };
    expect(run()).toBe(run());
  });
});
