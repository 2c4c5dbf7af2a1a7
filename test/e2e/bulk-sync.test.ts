import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../local/demo/http.ts';
import { invokeBulkSync, itemsOf, type Invoked } from '../support/local-aws.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal, type LocalPlace, type LocalProcess } from '../support/local-process.ts';
import { DEMO, systemsOf, type Systems } from '../support/local-systems.ts';
import { differing, doubledContacts } from '../support/local-verdict.ts';

const LONG = 400_000;
const LATEST_MS = 60_000;
/** Back-off, a lost lease, a look-up: all of it fits in here. */
const LATEST_AFTER_FAULTS_MS = 120_000;

let place: LocalPlace;
let stack: LocalProcess;
let systems: Systems;
let tenantId: string;

const good = { action: 'sync', accountId: DEMO, types: ['customer'], requestedBy: 'support:j.smith' } as const;
const invoke = (request: unknown): Promise<Invoked> => invokeBulkSync(stack, request);
const report = async (runId: unknown): Promise<Invoked['payload']> => (await invoke({ action: 'report', accountId: DEMO, runId })).payload;

async function boot(): Promise<void> {
  place = newPlace(await freeLocalPorts());
  stack = await startLocal(place);
  systems = systemsOf(stack);
  tenantId = await systems.connect();
}
async function end(): Promise<void> {
  await stack.close();
  forget(place);
}

describe('the bulk-sync Lambda (contracts §5)', () => {
  beforeAll(boot, LONG);
  afterAll(end, LONG);

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /request|action/],
    ['text', 'sync everything', /request|action/],
    ['an unknown action', { ...good, action: 'destroy' }, /action: must be/],
    ['no account', { ...good, accountId: undefined }, /accountId: must be the account id/],
    ['an account of a wrong type', { ...good, accountId: 7 }, /accountId: must be the account id/],
    ['types of a wrong type', { ...good, types: 'customer' }, /types/],
    ['an unknown type', { ...good, types: ['customer', 'boiler'] }, /types\.1/],
    ['no types', { ...good, types: [] }, /types: must name at least one type/],
    ['a date that is none', { ...good, from: '31/12/2025' }, /from: must be a date/],
    ['ids of a wrong type', { ...good, ids: 'cus_1001' }, /ids/],
    ['nobody who asks', { ...good, requestedBy: '' }, /requestedBy: must not be empty/],
    ['a field that does not exist', { ...good, typo: true }, /typo/],
    ['a report without run', { action: 'report', accountId: DEMO }, /runId/],
  ])('refuses %s and names the field', async (_what, request, message) => {
    const { failed, payload } = await invoke(request);
    expect({ failed, errorType: payload['errorType'] }).toEqual({ failed: true, errorType: 'BadRequest' });
    expect(payload['errorMessage']).toMatch(message);
  });

  it.each<[string, object, RegExp]>([
    ['an account that was never connected', { ...good, accountId: 'acct_nobody' }, /accountId: no account acct_nobody/],
    ['a run that does not exist', { action: 'report', accountId: DEMO, runId: '01JD00000000000000000000XX' }, /runId: .* has no run/],
    ['a cancel of a run of another account', { action: 'cancel', accountId: 'acct_two', runId: 'x' }, /runId: .* has no run/],
  ])('refuses %s and says which', async (_what, request, message) => {
    const { failed, payload } = await invoke(request);
    expect(failed).toBe(true);
    expect(payload['errorMessage']).toMatch(message);
  });

  it(
    'takes the same request twice as one run, cancels it, and reports on it',
    async () => {
      // The run must not be through before it is cancelled, however slow this machine is.
      await systems.sandboxSettings({ latencyMs: 6_000 });
      const { payload: first } = await invoke(good);
      const { payload: same } = await invoke({ ...good, requestedBy: 'support:somebody.else' });
      expect(first).toMatchObject({ accepted: null, counting: true, alreadyRunning: false });
      expect(same).toMatchObject({ runId: first['runId'], alreadyRunning: true });

      const { payload: cancelled } = await invoke({ action: 'cancel', accountId: DEMO, runId: first['runId'] });
      expect(cancelled).toMatchObject({ runId: first['runId'], accountId: DEMO, action: 'sync', status: 'cancelled', failure: null });
      await systems.sandboxSettings({ latencyMs: 0 });
      await atRest();
      expect(await report(first['runId'])).toMatchObject({ status: 'cancelled', requestedBy: 'support:j.smith' });
    },
    LONG,
  );

  it(
    'brings 25 customers over with at most 10 Xero calls, also after a cancel, and costs no write once all is linked (G1)',
    async () => {
      await systems.forgetCalls();
      const { payload: again } = await invoke(good);
      expect(again['alreadyRunning']).toBe(false);
      await finished(again['runId'], LATEST_MS);
      expect(await report(again['runId'])).toMatchObject({ status: 'finished', counters: { seen: 25, attention: 0, waiting: 0 } });
      expect((await systems.calls()).xeroCalls).toBeLessThanOrEqual(10);
      await systems.forgetCalls();
      const { payload: third } = await invoke(good);
      expect(third['runId']).not.toBe(again['runId']);
      await finished(third['runId'], LATEST_MS);
      expect((await systems.calls()).xeroWrites).toBe(0);
      expect(await doubledContacts(stack, tenantId)).toEqual([]);
    },
    LONG,
  );

  it(
    'syncs only the customers that are named',
    async () => {
      const { payload } = await invoke({ ...good, ids: ['cus_1001', 'cus_1002'] });
      await finished(payload['runId'], LATEST_MS);
      expect(await report(payload['runId'])).toMatchObject({ counters: { seen: 2 } });
    },
    LONG,
  );
});

interface Fault {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

describe.each<[string, readonly Fault[]]>([
  ['429 of the minute', [{ kind: '429', problem: 'minute', retryAfterSeconds: 2, next: 2 }]],
  ['429 of too many at once', [{ kind: '429', problem: 'concurrent', next: 2 }]],
  ['500 while reading', [{ kind: '500', method: 'GET', next: 2 }]],
  ['500 after the work', [{ kind: '500', method: 'PUT', commit: true, next: 1 }]],
  ['an answer lost after the work', [{ kind: 'lost-after', method: 'PUT', next: 1 }]],
  ['an HTML page instead of JSON', [{ kind: 'html', method: 'GET', next: 2 }]],
  [
    'one after the other',
    [
      { kind: 'html', method: 'GET', next: 1 },
      { kind: 'lost-after', method: 'PUT', next: 2 },
      { kind: '429', problem: 'minute', retryAfterSeconds: 1, method: 'POST', next: 1 },
    ],
  ],
])('a bulk run that meets %s', (_what, faults) => {
  beforeAll(boot, LONG);
  afterAll(end, LONG);

  it(
    'ends in agreement with nothing doubled (F3)',
    async () => {
      for (const fault of faults) await systems.fault({ path: '/api.xro/2.0/Contacts', ...fault });
      const { payload } = await invoke(good);
      await finished(payload['runId'], LATEST_AFTER_FAULTS_MS);
      await atRest();
      await eventually('agreement', LATEST_AFTER_FAULTS_MS, async () =>
        (await differing(stack, DEMO, tenantId)).length === 0 ? true : undefined,
      );
      expect(await doubledContacts(stack, tenantId)).toEqual([]);
      for (const { kind, hits } of await systems.faults()) expect({ kind, hit: hits > 0 }).toEqual({ kind, hit: true });
    },
    LONG,
  );
});

async function finished(runId: unknown, timeoutMs: number): Promise<void> {
  await eventually('the end of the run', timeoutMs, async () => ((await report(runId))['status'] === 'finished' ? true : undefined));
}

/** No drain under way, no news, nothing in doubt. */
async function atRest(): Promise<void> {
  await eventually('rest', LATEST_AFTER_FAULTS_MS, async () => {
    const items = await itemsOf(stack);
    const busy = items.some(({ sk, leaseOwner }) => /^(INBOX|INTENT|LATER)#/.test(sk) || (sk === 'LANE' && leaseOwner !== undefined));
    return busy ? undefined : true;
  });
}
