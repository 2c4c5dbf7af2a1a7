import { beforeEach, expect, it, describe } from '@jest/globals';
import { finishConnecting } from '../../../shared/connection/finish.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';

let world: ConnectionWorld;
beforeEach(() => {
  world = createConnectionWorld();
});

/** The stranger opens the sender's link and consents: as far as that browser gets without a JWT. */
const codeOf = (accountId: string, ...tenantIds: string[]): Promise<string> =>
  world.consent(accountId, { xeroUserId: 'user-stranger', tenantIds });

describe('a connect link sent to somebody else connects nothing', () => {
  it('A5: the stranger’s consent is not exchanged by the callback, and not for the stranger’s own account', async () => {
    const code = await codeOf('acct_sender', 'T-stranger');
    expect(world.xero.exchanged).toEqual([]);
    const finished = finishConnecting(world.deps, 'acct_stranger', code);
    await expect(finished).rejects.toMatchObject({ code: 'wrong-account', message: expect.stringContaining('nothing was connected') });
    expect(world.xero.exchanged).toEqual([]);
    expect(world.secrets.users()).toEqual([]);
    expect(await world.read('acct_sender')).toBeUndefined();
    expect(await world.read('acct_stranger')).toBeUndefined();
  });

  it('A5: the code is used up by that: the sender cannot finish with it either', async () => {
    const code = await codeOf('acct_sender', 'T-stranger');
    await finishConnecting(world.deps, 'acct_stranger', code).catch(() => undefined);
    await expect(finishConnecting(world.deps, 'acct_sender', code)).rejects.toMatchObject({ code: 'code-expired' });
    expect(world.xero.exchanged).toEqual([]);
  });

  it('A5: the stranger’s own account can still connect that organisation', async () => {
    await finishConnecting(world.deps, 'acct_stranger', await codeOf('acct_sender', 'T1')).catch(() => undefined);
    expect(await world.connect('acct_stranger', 'user-stranger', 'T1')).toBe('connected');
    expect(await world.stores.connections.accountOfTenant('T1')).toBe('acct_stranger');
  });
});
