import { describe, expect, it } from '@jest/globals';
import type { PutEventsCommand, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { createOutcomes } from '../../../shared/runtime/outcome-events.ts';
import type { Clock, Outcome } from '../../../shared/sync/ports.ts';

const synced = (id: string): Outcome => ({
  kind: 'RecordSynced',
  accountId: 'acct_demo',
  version: 3,
  entity: { type: 'customer', id },
  xeroId: 'x',
  direction: 'to-xero',
});
const pauses: number[] = [];
const counted: unknown[] = [];
const counters = { count: (...count: unknown[]) => void counted.push(count) };
const clock: Clock = {
  now: () => 0,
  sleep: async (ms) => void pauses.push(ms),
  every: () => () => undefined,
  random: () => 0,
};

/** A bus that refuses the entries whose detail contains one of `refused`, each `times` times. */
function bus(refused: string, times: number) {
  let left = times;
  const calls: string[][] = [];
  const send = async (command: PutEventsCommand): Promise<PutEventsCommandOutput> => {
    const details = (command.input.Entries ?? []).map((entry) => entry.Detail ?? '');
    calls.push(details);
    const fails = left > 0 ? details.map((detail) => refused !== '' && detail.includes(refused)) : details.map(() => false);
    if (fails.some(Boolean)) left -= 1;
    return {
      $metadata: {},
      FailedEntryCount: fails.filter(Boolean).length,
      Entries: fails.map((failed) => (failed ? { ErrorCode: 'ThrottlingException' } : { EventId: '1' })),
    };
  };
  return { calls, send: send as never };
}

describe('createOutcomes', () => {
  it('contracts §3: publishes kind as detail-type and the rest as detail, from ges.xero-sync', async () => {
    const entries: unknown[] = [];
    const send = async (command: PutEventsCommand) => (entries.push(...(command.input.Entries ?? [])), { FailedEntryCount: 0 });
    await createOutcomes({ send: send as never }, 'ges-xero-local', clock, counters).send([synced('cus_1')]);
    expect(entries).toEqual([
      {
        EventBusName: 'ges-xero-local',
        Source: 'ges.xero-sync',
        DetailType: 'RecordSynced',
        Detail: JSON.stringify({
          accountId: 'acct_demo',
          version: 3,
          entity: { type: 'customer', id: 'cus_1' },
          xeroId: 'x',
          direction: 'to-xero',
        }),
      },
    ]);
  });

  it('sends at most ten entries a call', async () => {
    const { calls, send } = bus('', 0);
    await createOutcomes({ send }, 'b', clock, counters).send(Array.from({ length: 23 }, (_, n) => synced(`cus_${String(n)}`)));
    expect(calls.map((call) => call.length)).toEqual([10, 10, 3]);
  });

  it('sends refused entries again, and only those', async () => {
    const { calls, send } = bus('cus_2', 1);
    await createOutcomes({ send }, 'b', clock, counters).send([synced('cus_1'), synced('cus_2'), synced('cus_3')]);
    expect(calls.map((call) => call.length)).toEqual([3, 1]);
    expect(calls[1]?.[0]).toContain('cus_2');
  });

  it('counts what was published by kind', async () => {
    counted.length = 0;
    const finished: Outcome = { kind: 'ConnectionChanged', accountId: 'acct_demo', version: 1, status: 'active' };
    await createOutcomes({ send: bus('', 0).send }, 'b', clock, counters).send([synced('cus_1'), finished, synced('cus_2')]);
    expect(counted).toEqual([
      ['RecordSynced', 2],
      ['ConnectionChanged', 1],
    ]);
  });

  it('says which the bus did not take, after four tries, and counts only the others', async () => {
    counted.length = 0;
    const { calls, send } = bus('cus_1', 99);
    expect(await createOutcomes({ send }, 'b', clock, counters).send([synced('cus_1'), synced('cus_2')])).toEqual([false, true]);
    expect(calls.map((call) => call.length)).toEqual([2, 1, 1, 1]);
    expect(counted).toEqual([['RecordSynced', 1]]);
  });

  it('fails as retry when the bus cannot be reached', async () => {
    const send = async () => Promise.reject(new Error('socket hang up'));
    await expect(createOutcomes({ send: send as never }, 'b', clock, counters).send([synced('cus_1')])).rejects.toMatchObject({
      kind: 'retry',
    });
  });
});
