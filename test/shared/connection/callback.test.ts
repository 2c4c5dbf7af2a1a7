import { beforeEach, describe, expect, it } from '@jest/globals';
import { keepConsent } from '../../../shared/connection/callback.ts';
import { disconnect } from '../../../shared/connection/disconnect.ts';
import { finishConnecting } from '../../../shared/connection/finish.ts';
import { issueTicket, startLogin, type StartedLogin } from '../../../shared/connection/login.ts';
import { chooseOrganisation } from '../../../shared/connection/organisation.ts';
import { saveSettings } from '../../../shared/connection/settings.ts';
import { RetryFailure } from '../../../shared/sync/errors.ts';
import { createConnectionWorld, UK_FACTS, type ConnectionWorld } from '../../support/connection-world.ts';

const SETTINGS = {
  paymentAccountId: 'a-bank',
  paymentAccounts: {},
  createPaymentAccount: false,
  salesAccountId: 'a-sales',
  syncCustomers: true,
  syncInvoices: false,
};
const MINUTE = 60_000;

let world: ConnectionWorld;
beforeEach(() => {
  world = createConnectionWorld();
});

const ticketOf = (accountId: string): Promise<string> => issueTicket(world.deps, { accountId, makesAccount: false });

async function start(accountId = 'acct_1'): Promise<StartedLogin & { readonly state: string }> {
  const login = (await startLogin(world.deps, await ticketOf(accountId)))!;
  return { ...login, state: new URL(login.authorizeUrl).searchParams.get('state')! };
}

/** A consent of `accountId`, as far as a browser gets without its JWT: our own code. */
const codeOf = (accountId: string, ...tenantIds: string[]): Promise<string> =>
  world.consent(accountId, { xeroUserId: 'user-1', tenantIds });

describe('tickets and login states', () => {
  it('a ticket opens the consent once', async () => {
    const ticket = await ticketOf('acct_1');
    expect(await startLogin(world.deps, ticket)).toBeDefined();
    expect(await startLogin(world.deps, ticket)).toBeUndefined();
  });

  it('a ticket tells the start page whose books are to be connected, and what for', async () => {
    const wish = { accountId: 'acct_1', businessName: 'Aire Gas & Heating', makesAccount: true };
    expect(await startLogin(world.deps, await issueTicket(world.deps, wish))).toMatchObject(wish);
    expect(await start()).toMatchObject({ accountId: 'acct_1', businessName: undefined, makesAccount: false });
  });

  it('a ticket that is too old, or unknown, opens nothing', async () => {
    const ticket = await ticketOf('acct_1');
    world.clock.advance(5 * MINUTE);
    expect(await startLogin(world.deps, ticket)).toBeUndefined();
    expect(await startLogin(world.deps, 'made-up')).toBeUndefined();
  });

  it('a login state is no ticket, a ticket no login state, and neither is a code', async () => {
    const { state } = await start();
    expect(await startLogin(world.deps, state)).toBeUndefined();
    const code = world.xero.consent('user-1', 'T1');
    const asState = keepConsent(world.deps, { state: await ticketOf('acct_1'), code, cookie: 'any' });
    expect(await asState).toEqual({ kind: 'error', code: 'state-expired' });
    const asCode = finishConnecting(world.deps, 'acct_1', (await start()).state);
    await expect(asCode).rejects.toMatchObject({ code: 'code-expired' });
  });

  it.each([
    ['another browser', (login: StartedLogin) => `${login.cookie}x`, 0],
    ['a browser without the cookie', () => undefined, 0],
    ['a person who took too long', (login: StartedLogin) => login.cookie, 15 * MINUTE],
  ])('refuses the callback of %s', async (_who, cookieOf, late) => {
    const login = await start();
    world.clock.advance(late);
    const answer = { state: login.state, code: world.xero.consent('user-1', 'T1'), cookie: cookieOf(login) };
    expect(await keepConsent(world.deps, answer)).toEqual({ kind: 'error', code: 'state-expired' });
    expect(await world.read('acct_1')).toBeUndefined();
  });

  it('the same callback a second time gives no second code', async () => {
    const login = await start();
    const answer = { state: login.state, code: world.xero.consent('user-1', 'T1'), cookie: login.cookie };
    const kept = await keepConsent(world.deps, answer);
    expect(await keepConsent(world.deps, answer)).toEqual({ kind: 'error', code: 'state-expired' });
    await finishConnecting(world.deps, 'acct_1', kept.code);
    expect((await world.read('acct_1'))?.status).toBe('setup');
  });
});

describe('our own code', () => {
  it('connects once', async () => {
    const code = await codeOf('acct_1', 'T1');
    await finishConnecting(world.deps, 'acct_1', code);
    const connected = await world.read('acct_1');
    await expect(finishConnecting(world.deps, 'acct_1', code)).rejects.toMatchObject({ code: 'code-expired' });
    expect(await world.read('acct_1')).toEqual(connected);
  });

  it('is over after four minutes: Xero’s own lives five', async () => {
    const code = await codeOf('acct_1', 'T1');
    world.clock.advance(4 * MINUTE);
    await expect(finishConnecting(world.deps, 'acct_1', code)).rejects.toMatchObject({ code: 'code-expired' });
    expect(world.xero.exchanged).toEqual([]);
  });

  it('does not show Xero’s code to who reads the table', async () => {
    const kept: unknown[] = [];
    const singleUse: typeof world.deps.singleUse = {
      takeSingleUse: (...taken) => world.deps.singleUse.takeSingleUse(...taken),
      putSingleUse: async (_hash, value) => void kept.push(value),
    };
    const login = await start();
    const secrecy = { ...world.deps.secrecy, seal: () => 'sealed' };
    await keepConsent({ ...world.deps, secrecy, singleUse }, { state: login.state, code: 'xeros-code', cookie: login.cookie });
    expect(kept).toEqual([{ kind: 'consent', accountId: 'acct_1', sealed: 'sealed' }]);
  });
});

describe('what Xero may answer', () => {
  it.each([
    ['access_denied', 'access_denied'],
    ['invalid_scope', 'missing-scope'],
    ['unauthorized_client', 'missing-scope'],
    ['connection_limit', 'too-many-apps'],
    ['server_error', 'xero-unavailable'],
    ['<script>', 'xero-error'],
    ['constructor', 'xero-error'],
  ])('tells OAuth’s error %s as %s', async (error, code) => {
    const { state, cookie } = await start();
    expect(await keepConsent(world.deps, { state, error, cookie })).toEqual({ kind: 'error', code });
  });

  it('neither code nor error', async () => {
    const { state, cookie } = await start();
    expect(await keepConsent(world.deps, { state, cookie })).toEqual({ kind: 'error', code: 'xero-error' });
  });

  it('a code of Xero that is used or older than five minutes', async () => {
    const { state, cookie } = await start();
    const { code } = await keepConsent(world.deps, { state, code: 'old', cookie });
    await expect(finishConnecting(world.deps, 'acct_1', code)).rejects.toMatchObject({ code: 'code-expired' });
  });

  it('no answer at all', async () => {
    world.xero.faults.push('unavailable');
    await expect(world.connect('acct_1', 'user-1', 'T1')).rejects.toBeInstanceOf(RetryFailure);
    expect(await world.read('acct_1')).toBeUndefined();
  });

  it('a consent that grants nothing leaves no tokens behind', async () => {
    expect(await world.connect('acct_1', 'user-1')).toBe('no-organisation');
    expect(world.secrets.users()).toEqual([]);
    expect(await world.stores.tokenPointers.readTokenPointer('user-1')).toBeUndefined();
  });

  it('a consent that lacks a scope is refused before anything is stored', async () => {
    world.xero.lacks.add('scope');
    expect(await world.connect('acct_1', 'user-1', 'T1')).toBe('missing-scope');
    expect(world.secrets.users()).toEqual([]);
    expect(await world.read('acct_1')).toBeUndefined();
  });

  it('an organisation that does not keep its books in pounds is refused, named, and ended in Xero', async () => {
    world.books.facts = { ...UK_FACTS, name: 'Kiwi Gas', baseCurrency: 'NZD' };
    const finished = finishConnecting(world.deps, 'acct_1', await codeOf('acct_1', 'T1'));
    await expect(finished).rejects.toMatchObject({ code: 'not-gbp', message: expect.stringMatching(/Kiwi Gas .* NZD/) });
    expect(await world.read('acct_1')).toBeUndefined();
    expect(await world.stores.connections.accountOfTenant('T1')).toBeUndefined();
    expect(world.secrets.users()).toEqual([]);
    expect(world.xero.entries).toEqual([]);
  });

  it('of several organisations, one in another currency is refused when it is chosen', async () => {
    await world.connect('acct_1', 'user-1', 'T1', 'T2');
    world.books.facts = { ...UK_FACTS, baseCurrency: 'EUR' };
    const chosen = chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: false });
    await expect(chosen).rejects.toMatchObject({ code: 'not-gbp', field: 'tenantId' });
    expect((await world.read('acct_1'))?.status).toBe('choose-organisation');
    world.books.facts = UK_FACTS;
    await chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T1', startAfresh: false });
    expect((await world.read('acct_1'))?.tenantId).toBe('T1');
  });

  it('a consent that Xero takes back at once', async () => {
    const code = await codeOf('acct_1', 'T1');
    const list = async (): Promise<never> => (world.xero.withdraw('user-1'), world.xero.listConnections('refused')) as Promise<never>;
    const finished = finishConnecting({ ...world.deps, identity: { ...world.xero, listConnections: list } }, 'acct_1', code);
    await expect(finished).rejects.toMatchObject({ code: 'xero-error' });
    expect(world.secrets.users()).toEqual([]);
  });

  it('a failure after the tokens were stored leaves none behind', async () => {
    const code = await codeOf('acct_1', 'T1');
    const list = world.xero.listConnections.bind(world.xero);
    const flaky = { ...world.xero, listConnections: async () => (world.xero.faults.push('unavailable'), list('any')) };
    const finished = finishConnecting({ ...world.deps, identity: flaky }, 'acct_1', code);
    await expect(finished).rejects.toBeInstanceOf(RetryFailure);
    expect(world.secrets.users()).toEqual([]);
  });
});

describe('first connection', () => {
  it('one organisation granted: set-up follows, and the platform is told', async () => {
    expect(await world.connect('acct_1', 'user-1', 'T1')).toBe('connected');
    expect(await world.read('acct_1')).toMatchObject({
      status: 'setup',
      tenantId: 'T1',
      organisationName: 'Org T1',
      xeroUserId: 'user-1',
      generation: 1,
      connectSeq: 1,
      connectedAt: '2026-11-22T10:00:00.000Z',
    });
    expect(await world.told('acct_1')).toEqual([{ kind: 'ConnectionChanged', accountId: 'acct_1', version: 1, status: 'setup' }]);
    expect(await world.deps.tokens.accessTokenFor('user-1')).toMatch(/^access-/);
  });

  it('several granted: the person chooses, then set-up follows', async () => {
    expect(await world.connect('acct_1', 'user-1', 'T1', 'T2')).toBe('choose');
    expect((await world.read('acct_1'))?.status).toBe('choose-organisation');
    const chosen = await chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: false });
    expect(chosen).toMatchObject({ status: 'setup', tenantId: 'T2', generation: 1 });
    expect(chosen.choices).toBeUndefined();
  });

  it('counts only what this consent granted, not what the user connected before', async () => {
    await world.connect('acct_1', 'user-1', 'T1');
    expect(await world.connect('acct_2', 'user-1', 'T2')).toBe('connected');
    expect(await world.read('acct_2')).toMatchObject({ tenantId: 'T2' });
  });

  it('refuses an organisation that was not granted', async () => {
    await world.connect('acct_1', 'user-1', 'T1', 'T2');
    const choice = chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T9', startAfresh: true });
    await expect(choice).rejects.toMatchObject({ code: 'organisation-not-granted', field: 'tenantId' });
  });

  it('refuses a choice where nothing is connected', async () => {
    const choice = chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T1', startAfresh: false });
    await expect(choice).rejects.toMatchObject({ code: 'not-connected' });
  });

  it('choosing the present organisation again changes nothing', async () => {
    await world.connect('acct_1', 'user-1', 'T1', 'T2');
    const chosen = await chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: false });
    expect(await chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: false })).toEqual(chosen);
  });
});

describe('A5: one organisation, one account', () => {
  it('A5: an organisation of another account is refused, and that account keeps working', async () => {
    await world.connect('acct_1', 'user-1', 'T1');
    expect(await world.connect('acct_2', 'user-1', 'T1')).toBe('organisation-in-use');
    expect(await world.read('acct_2')).toBeUndefined();
    expect(world.xero.deleted).toEqual([]);
    expect(await world.deps.tokens.accountsOf('user-1')).toEqual(['acct_1']);
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor('user-1'))).toBe('user-1');
  });

  it('A5: organisations of other accounts are not offered', async () => {
    await world.connect('acct_1', 'user-1', 'T1');
    expect(await world.connect('acct_2', 'user-2', 'T1', 'T2')).toBe('connected');
    expect(await world.read('acct_2')).toMatchObject({ tenantId: 'T2' });
  });

  it('A5: two accounts choosing the same organisation: one gets it', async () => {
    await world.connect('acct_1', 'user-1', 'T1', 'T2');
    await world.connect('acct_2', 'user-2', 'T1', 'T3');
    const wish = { tenantId: 'T1', startAfresh: false };
    const ends = await Promise.allSettled(['acct_1', 'acct_2'].map((account) => chooseOrganisation(world.deps, account, wish)));
    expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('A5: a claim left over by a crash is taken over after five minutes, not before', async () => {
    await world.stores.connections.claimTenant({ tenantId: 'T1', accountId: 'acct_crashed', claimedAt: world.clock.now() });
    expect(await world.connect('acct_1', 'user-1', 'T1')).toBe('organisation-in-use');
    world.clock.advance(5 * 60_000);
    expect(await world.connect('acct_1', 'user-1', 'T1')).toBe('connected');
  });
});

describe('reconnecting', () => {
  async function active(): Promise<void> {
    await world.connect('acct_1', 'user-1', 'T1');
    await saveSettings(world.deps, 'acct_1', SETTINGS);
    world.rung.length = 0;
  }

  it('F4: the same organisation after a disconnect goes on in its generation with its settings', async () => {
    await active();
    await disconnect(world.deps, 'acct_1');
    world.rung.length = 0;
    world.clock.advance(3_600_000);
    expect(await world.connect('acct_1', 'user-1', 'T1')).toBe('connected');
    expect(await world.read('acct_1')).toMatchObject({
      status: 'active',
      generation: 1,
      connectSeq: 3,
      settings: { salesAccountId: 'a-sales' },
      connectedAt: '2026-11-22T11:00:00.000Z',
    });
    expect(world.rung).toEqual(['acct_1']);
  });

  it('F5: after a lost consent the same organisation resumes by itself, and the lane is rung', async () => {
    await active();
    const { connectSeq } = (await world.read('acct_1'))!;
    await world.stores.connections.markNeedsReconnect('acct_1', connectSeq, 'gone');
    world.clock.advance(3_600_000);
    expect(await world.connect('acct_1', 'user-2', 'T1')).toBe('connected');
    const connection = (await world.read('acct_1'))!;
    expect(connection).toMatchObject({ status: 'active', generation: 1, xeroUserId: 'user-2', connectedAt: '2026-11-22T10:00:00.000Z' });
    expect(connection.reason).toBeUndefined();
    expect(world.rung).toEqual(['acct_1']);
    expect(await world.deps.tokens.accountsOf('user-1')).toEqual([]);
    expect(world.secrets.users()).toEqual(['user-2']);
  });

  it('F5: a consent that grants nothing new still reconnects the organisation that the account has', async () => {
    await active();
    expect(await world.connect('acct_1', 'user-1')).toBe('connected');
    expect(await world.read('acct_1')).toMatchObject({ status: 'active', tenantId: 'T1' });
  });

  it('A5: a different organisation is refused until the user confirms to start afresh', async () => {
    await active();
    await disconnect(world.deps, 'acct_1');
    expect(await world.connect('acct_1', 'user-1', 'T2')).toBe('choose');
    expect(await world.read('acct_1')).toMatchObject({ status: 'choose-organisation', tenantId: 'T1', generation: 1 });

    const unconfirmed = chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: false });
    await expect(unconfirmed).rejects.toMatchObject({ code: 'different-organisation', field: 'startAfresh' });

    const chosen = await chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: true });
    expect(chosen).toMatchObject({
      status: 'setup',
      tenantId: 'T2',
      generation: 2,
      settings: { salesAccountId: null, syncCustomers: false },
    });
    expect(await world.stores.connections.accountOfTenant('T1')).toBeUndefined();
    expect(await world.stores.connections.accountOfTenant('T2')).toBe('acct_1');
  });

  it('A5: a wait that Xero asked for the old organisation does not hold up the new one', async () => {
    await active();
    const { lanes } = world.stores;
    const tomorrow = world.clock.now() + 86_400_000;
    await lanes.ring('acct_1', world.clock.now());
    await lanes.acquire('acct_1', 'drain', world.clock.now(), world.clock.now() + 20_000);
    await lanes.hold('acct_1', 'drain', tomorrow, { notes: {}, gotOn: true, counted: true });
    await world.connect('acct_1', 'user-1', 'T2');
    expect(await lanes.waitsUntil('acct_1')).toBe(tomorrow);
    world.rung.length = 0;

    await chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: true });
    expect(await lanes.waitsUntil('acct_1')).toBeUndefined();
    expect(world.rung).toEqual(['acct_1']);
  });

  it('A5: while the user decides, an active connection goes on; confirming ends the old organisation in Xero', async () => {
    await active();
    expect(await world.connect('acct_1', 'user-2', 'T2')).toBe('choose');
    expect(await world.read('acct_1')).toMatchObject({ status: 'active', tenantId: 'T1', xeroUserId: 'user-1' });
    expect(await world.deps.tokens.accountsOf('user-2')).toEqual(['acct_1']);

    const old = (await world.read('acct_1'))!.xeroConnectionId;
    await chooseOrganisation(world.deps, 'acct_1', { tenantId: 'T2', startAfresh: true });
    expect(world.xero.deleted).toEqual([old]);
    expect(world.secrets.users()).toEqual(['user-2']);
    expect(world.errors).toEqual([]);
  });

  it('A5: a person who was to choose and consents anew leaves no tokens of the first user behind', async () => {
    await world.connect('acct_1', 'user-1', 'T1', 'T2');
    await world.connect('acct_1', 'user-2', 'T3', 'T4');
    expect(world.secrets.users()).toEqual(['user-2']);
  });
});
