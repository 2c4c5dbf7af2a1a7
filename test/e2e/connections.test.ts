import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, json, redirect } from '../../local/demo/http.ts';
import { invokeBulkSync, itemsOf } from '../support/local-aws.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal, type LocalPlace, type LocalProcess } from '../support/local-process.ts';
import {
  comeBack,
  consent,
  decide,
  DEMO,
  finishOn,
  goToXero,
  integrationOf,
  letEchoesPass,
  phoneOf,
  saveSettings,
  systemsOf,
  TWO,
  type Integration,
  type Organisation,
  type Systems,
} from '../support/local-systems.ts';
import { differing, doubledContacts } from '../support/local-verdict.ts';

const LONG = 300_000;
const LATEST_MS = 60_000;

interface View {
  readonly status: string;
  readonly organisation: Organisation | null;
}

let place: LocalPlace;
let stack: LocalProcess;
let systems: Systems;
let demo: Integration;
let two: Integration;
let first: Organisation;
let second: Organisation;

beforeAll(async () => {
  place = newPlace(await freeLocalPorts());
  stack = await startLocal(place);
  systems = systemsOf(stack);
  demo = await integrationOf(stack, DEMO);
  two = await integrationOf(stack, TWO);
  const [one, other] = await systems.organisations();
  if (one === undefined || other === undefined) throw new Error('The sandbox has fewer than two organisations.');
  [first, second] = [one, other];
}, LONG);
afterAll(async () => {
  await stack.close();
  forget(place);
}, LONG);

const view = (integration: Integration): Promise<View> => integration.call<View>('/v1/xero/connection');

/** How often the sandbox was asked for tokens since it started. */
async function tokenRequests(): Promise<number> {
  const { calls } = await json<{ calls: readonly { readonly path: string; readonly count: number }[] }>(`${stack.xeroUrl}/_sandbox/calls`);
  return calls.filter(({ path }) => path === '/connect/token').reduce((sum, { count }) => sum + count, 0);
}

async function bulkRun(accountId: string): Promise<void> {
  const { payload } = await invokeBulkSync(stack, { action: 'sync', accountId, types: ['customer'], requestedBy: 'test' });
  await eventually(`the bulk run of ${accountId}`, LATEST_MS, async () => {
    const report = await invokeBulkSync(stack, { action: 'report', accountId, runId: payload['runId'] });
    return report.payload['status'] === 'finished' ? true : undefined;
  });
}

/** In the order of a person's day: later tests stand on the earlier ones. */
describe('connecting to Xero', () => {
  it('says access_denied when the person cancels at Xero, and nothing is connected', async () => {
    const atXero = await goToXero(demo);
    expect(String(await comeBack(await decide(atXero, 'cancel'), atXero.cookie))).toBe('error=access_denied');
    expect(await view(demo)).toMatchObject({ status: 'not-connected', organisation: null });
  });

  it('takes a ticket once only', async () => {
    const { startUrl } = await goToXero(demo);
    const again = await redirect(startUrl);
    expect(new URL(again.location).searchParams.get('error')).toBe('ticket-expired');
  });

  it('names the business before anybody goes to Xero', async () => {
    const { authorizeUrl } = await demo.call<{ authorizeUrl: string }>('/v1/xero/connect', { method: 'POST' });
    const page = await fetch(authorizeUrl);
    expect(await page.text()).toContain('Aire Gas &#38; Heating');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('refuses a consent that comes back in another browser', async () => {
    const victim = await goToXero(demo);
    const attacker = await goToXero(two);
    const callback = await decide(victim, 'allow', first.tenantId);
    expect(String(await comeBack(callback, attacker.cookie))).toBe('error=state-expired');
    expect(String(await comeBack(await decide(await goToXero(demo), 'allow', first.tenantId), ''))).toBe('error=state-expired');
    expect((await view(demo)).status).toBe('not-connected');
    expect((await view(two)).status).toBe('not-connected');
  });

  it('A5: a link sent to a stranger connects nothing: not to the sender, not to the stranger, who can still connect', async () => {
    const sent = await goToXero(demo);
    const told = await comeBack(await decide(sent, 'allow', second.tenantId), sent.cookie);
    expect(await finishOn(two, told)).toBe('wrong-account');
    expect(await finishOn(demo, told)).toBe('code-expired');
    for (const integration of [demo, two]) {
      expect(await view(integration)).toMatchObject({ status: 'not-connected', organisation: null });
      expect((await integration.fetch('/v1/xero/options')).status).toBe(409);
    }
    expect(await tokenRequests()).toBe(0);

    expect(await consent(two, second.tenantId)).toBe('setup');
    expect((await two.fetch('/v1/xero/connection', { method: 'DELETE' })).status).toBe(204);
  });

  it('takes a callback once only, and stays connected when it is opened again', async () => {
    const atXero = await goToXero(demo);
    const callback = await decide(atXero, 'allow', first.tenantId);
    const told = await comeBack(callback, atXero.cookie);
    expect(await finishOn(demo, told)).toBe('setup');
    expect(String(await comeBack(callback, atXero.cookie))).toBe('error=state-expired');
    expect(await finishOn(demo, told)).toBe('code-expired');
    expect(await view(demo)).toMatchObject({ status: 'setup', organisation: { tenantId: first.tenantId } });
  });

  it('sends nothing of what existed before when settings are saved (A3)', async () => {
    const before = await systems.contacts(first.tenantId);
    await systems.forgetCalls();
    await saveSettings(demo);
    expect((await view(demo)).status).toBe('active');
    await letEchoesPass();
    expect((await systems.calls()).xeroWrites).toBe(0);
    expect(await systems.contacts(first.tenantId)).toHaveLength(before.length);
  });
});

describe('two accounts (A5)', () => {
  it('refuses an organisation that another account has, and leaves that one alone', async () => {
    expect(await consent(two, first.tenantId)).toBe('organisation-in-use');
    expect((await view(two)).status).toBe('not-connected');
    expect(await view(demo)).toMatchObject({ status: 'active', organisation: { tenantId: first.tenantId } });
  });

  it('connects another account to another organisation, of the same Xero user', async () => {
    expect(await consent(two, second.tenantId)).toBe('setup');
    await saveSettings(two);
    expect(await view(two)).toMatchObject({ status: 'active', organisation: { tenantId: second.tenantId } });
    expect(await view(demo)).toMatchObject({ status: 'active', organisation: { tenantId: first.tenantId } });
  });

  it(
    'keeps both businesses apart: each customer is in its own organisation only',
    async () => {
      await Promise.all([bulkRun(DEMO), bulkRun(TWO)]);
      const ids = async (account: string) => new Set((await systems.customers(account)).map(({ id }) => id));
      const numbers = async ({ tenantId }: Organisation) =>
        (await systems.contacts(tenantId)).flatMap(({ ContactNumber }) => (ContactNumber === undefined ? [] : [ContactNumber]));
      const [ofDemo, ofTwo] = [await ids(DEMO), await ids(TWO)];
      const [inFirst, inSecond] = [await numbers(first), await numbers(second)];
      expect(inFirst.filter((number) => ofTwo.has(number))).toEqual([]);
      expect(inSecond.filter((number) => ofDemo.has(number))).toEqual([]);
      expect(inSecond.filter((number) => ofTwo.has(number))).toHaveLength(ofTwo.size);
      for (const [account, { tenantId }] of [
        [DEMO, first],
        [TWO, second],
      ] as const) {
        expect(await differing(stack, account, tenantId)).toEqual([]);
      }
    },
    LONG,
  );

  it(
    'keeps edits apart, too',
    async () => {
      const [customer] = await systems.customers(TWO);
      if (customer === undefined) throw new Error('The second business has no customer.');
      const before = await systems.contacts(first.tenantId);
      await systems.editCustomer(customer.id, { mobile: '07700 900701' }, TWO);
      await eventually('the edit in the second organisation', LATEST_MS, async () => {
        const contact = await systems.contactOf(second.tenantId, customer.id);
        return contact !== undefined && phoneOf(contact, 'MOBILE') === '07700 900701' ? true : undefined;
      });
      expect(await systems.contacts(first.tenantId)).toEqual(before);
    },
    LONG,
  );

  it('counts each account’s own records only', async () => {
    const counted = async (integration: Integration) =>
      (await integration.call<{ counts: { synced: number } }>('/v1/xero/connection')).counts;
    expect((await counted(two)).synced).toBe((await systems.customers(TWO)).length);
  });
});

describe('disconnecting (A2, F4)', () => {
  it(
    'sends nothing any more, drops what comes meanwhile, and keeps the other account working',
    async () => {
      const answer = await demo.fetch('/v1/xero/connection', { method: 'DELETE' });
      expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 204, body: '' });
      expect(await view(demo)).toMatchObject({ status: 'not-connected', organisation: null });
      expect((await view(two)).status).toBe('active');

      const customer = await linkedCustomer();
      await systems.forgetCalls();
      await systems.editCustomer(customer, { mobile: '07700 900801' });
      await systems.makeCustomer({ name: 'Made while disconnected' });
      await letEchoesPass();
      expect((await systems.calls()).xeroCalls).toBe(0);
      expect((await itemsOf(stack)).filter(({ pk, sk }) => pk.startsWith(`ACCT#${DEMO}#`) && sk.startsWith('INBOX#'))).toEqual([]);

      const [ofTwo] = await systems.customers(TWO);
      await systems.editCustomer(ofTwo?.id ?? '', { mobile: '07700 900802' }, TWO);
      await eventually('the other account’s edit', LATEST_MS, async () => {
        const contact = await systems.contactOf(second.tenantId, ofTwo?.id ?? '');
        return contact !== undefined && phoneOf(contact, 'MOBILE') === '07700 900802' ? true : undefined;
      });
    },
    LONG,
  );

  it('refuses a bulk run of a disconnected account and says why', async () => {
    const { failed, payload } = await invokeBulkSync(stack, { action: 'sync', accountId: DEMO, types: ['customer'], requestedBy: 'test' });
    expect(failed).toBe(true);
    expect(payload['errorMessage']).toMatch(/accountId: .*not-connected/);
  });

  it('asks before it takes a different organisation, since the links belong to the first (A5)', async () => {
    const removed = await two.fetch('/v1/xero/connection', { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect(await consent(demo, second.tenantId)).toBe('choose-organisation');
    expect(await view(demo)).toMatchObject({ status: 'choose-organisation', organisation: null });
  });

  it(
    'continues without copies when the same organisation is connected again',
    async () => {
      const before = await systems.contacts(first.tenantId);
      expect(await consent(demo, first.tenantId)).toBe('active');
      if ((await view(demo)).status !== 'active') await saveSettings(demo);
      expect(await view(demo)).toMatchObject({ status: 'active', organisation: { tenantId: first.tenantId } });
      await letEchoesPass();
      expect(await systems.contacts(first.tenantId)).toEqual(before);

      const customer = await linkedCustomer();
      await systems.editCustomer(customer, { phone: '0113 496 0803' });
      await eventually('the edit after reconnecting, with what had moved meanwhile', LATEST_MS, async () => {
        const contact = await systems.contactOf(first.tenantId, customer);
        if (contact === undefined || phoneOf(contact, 'DEFAULT') !== '0113 496 0803') return undefined;
        return phoneOf(contact, 'MOBILE') === '07700 900801' ? true : undefined;
      });
      await bulkRun(DEMO);
      expect(await doubledContacts(stack, first.tenantId)).toEqual([]);
      expect(await systems.contacts(first.tenantId)).toHaveLength(before.length + 1);
    },
    LONG,
  );
});

/** A customer of the demo account whose contact carries its number. */
async function linkedCustomer(): Promise<string> {
  const ids = (await systems.customers()).map(({ id }) => id);
  const found = (await systems.contacts(first.tenantId)).find(({ ContactNumber = '' }) => ids.includes(ContactNumber));
  if (found?.ContactNumber === undefined) throw new Error('No customer of the demo account has a contact of its own.');
  return found.ContactNumber;
}
