import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Integration } from '../../../functions/integration-api/integration.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';
import { call, integrationOver, type Answer, type Call } from './request.ts';

const RETURN_TO = 'https://app.ges.example/login?state=ours';

let world: ConnectionWorld;
let integration: Integration;
beforeEach(() => {
  world = createConnectionWorld();
  integration = integrationOver(world.deps);
});

const ask = (request: Call): Promise<Answer> => call(integration, { accountId: null, ...request });
const begin = (query: Record<string, string>): Promise<Answer> =>
  ask({ route: `GET /v1/auth/xero/start?${new URLSearchParams(query).toString()}` });
const locationOf = (answer: Answer): URL => new URL(String(answer.headers['location']));

describe('H1: log in and sign up with Xero', () => {
  it('start sets a first-party cookie and goes to Xero', async () => {
    const start = await begin({ intent: 'login', returnTo: RETURN_TO });
    expect(start.status).toBe(302);
    expect(locationOf(start).origin).toBe('https://login.xero.test');
    expect(start.cookies).toEqual([
      expect.stringMatching(/^ges_xero_sign_in=[^;]+; Path=\/v1\/auth\/xero; Max-Age=900; HttpOnly; SameSite=Lax; Secure$/),
    ]);
  });

  it('the callback goes back with a code that is good once', async () => {
    const start = await begin({ intent: 'signup', returnTo: RETURN_TO });
    const { searchParams } = locationOf(start);
    const query = new URLSearchParams({ state: searchParams.get('state')!, code: `for ${searchParams.get('for') ?? ''}` });
    const cookies = [start.cookies[0]!.split(';')[0]!];
    const back = await ask({ route: `GET /v1/auth/xero/callback?${query.toString()}`, cookies });
    expect(back.status).toBe(302);
    expect(back.cookies[0]).toContain('Max-Age=0');
    const code = locationOf(back).searchParams.get('code');
    expect(locationOf(back).toString()).toBe(`${RETURN_TO}&code=${code ?? ''}`);
    const exchange = { route: 'POST /v1/auth/xero/exchange', body: { code } };
    expect(await ask(exchange)).toMatchObject({ status: 200, json: { xeroUserId: 'user-1', intent: 'signup' } });
    expect(await ask(exchange)).toMatchObject({ status: 410, json: { code: 'code-expired' } });

    const again = await ask({ route: `GET /v1/auth/xero/callback?${query.toString()}`, cookies });
    expect(again).toMatchObject({ status: 400, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(again.text).toContain('Nobody was signed in.');
  });

  it('cancelled in Xero: back with error=access_denied', async () => {
    const start = await begin({ intent: 'login', returnTo: RETURN_TO });
    const state = locationOf(start).searchParams.get('state')!;
    const route = `GET /v1/auth/xero/callback?state=${state}&error=access_denied`;
    const back = await ask({ route, cookies: [start.cookies[0]!.split(';')[0]!] });
    expect(locationOf(back).toString()).toBe(`${RETURN_TO}&error=access_denied`);
  });

  it.each([
    ['another site', 'https://evil.example/login'],
    ['a site that begins alike', 'https://app.ges.example.evil.example/'],
    ['a site behind a user name', 'https://app.ges.example@evil.example/'],
    ['a user name at GES', 'https://evil@app.ges.example/'],
    ['another scheme', 'http://app.ges.example/login'],
    ['another port', 'https://app.ges.example:444/login'],
    ['a script', 'javascript:alert(1)//https://app.ges.example'],
    ['a path only', '/login'],
    ['two slashes', '//evil.example'],
    ['a backslash', 'https:\\\\evil.example\\@app.ges.example'],
    ['an address as long as a book', `https://app.ges.example/${'x'.repeat(2_000)}`],
    ['nothing', ''],
  ])('returns only to pages of GES, not to %s', async (_what, returnTo) => {
    const answer = await begin({ intent: 'login', returnTo });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-sign-in', field: 'returnTo' }, cookies: [] });
  });

  it.each(['', 'LOGIN', 'delete'])('an intent that there is not (%s)', async (intent) => {
    expect(await begin({ intent, returnTo: RETURN_TO })).toMatchObject({ status: 400, json: { field: 'intent' } });
  });

  it('what nobody foresaw in the callback is logged, and shown as a page', async () => {
    const broken = { ...world.deps.singleUse, takeSingleUse: () => Promise.reject(new Error('table gone')) };
    integration = { ...integration, deps: { ...world.deps, singleUse: broken } };
    const back = await ask({ route: 'GET /v1/auth/xero/callback?state=s&code=c' });
    expect(back.status).toBe(400);
    expect(back.text).not.toContain('table gone');
    expect(world.errors).toEqual(['sign-in callback failed']);
  });
});
