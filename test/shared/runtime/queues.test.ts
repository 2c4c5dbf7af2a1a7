import { describe, expect, it } from '@jest/globals';
import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createDeadLetters, createDoorbell } from '../../../shared/runtime/queues.ts';

function queue() {
  const sent: unknown[] = [];
  return { sent, send: (async (command: SendMessageCommand) => void sent.push(command.input)) as never };
}

describe('createDoorbell', () => {
  it('sends the account and nothing else', async () => {
    const { sent, send } = queue();
    await createDoorbell({ send }, 'http://q').send('acct_demo', 0);
    expect(sent).toEqual([{ QueueUrl: 'http://q', MessageBody: '{"accountId":"acct_demo"}', DelaySeconds: 0 }]);
  });

  it.each([
    [1.2, 2],
    [901, 900],
    [-3, 0],
  ])('turns a wait of %p s into a delay that SQS takes', async (wait, delay) => {
    const { sent, send } = queue();
    await createDoorbell({ send }, 'http://q').send('acct_demo', wait);
    expect(sent).toMatchObject([{ DelaySeconds: delay }]);
  });
});

describe('createDeadLetters', () => {
  it('contracts §1: keeps the event with the reason', async () => {
    const { sent, send } = queue();
    await createDeadLetters({ send }, 'http://dlq')('revision: expected number', { detail: 1 });
    expect(sent).toEqual([{ QueueUrl: 'http://dlq', MessageBody: '{"reason":"revision: expected number","event":{"detail":1}}' }]);
  });

  it('cuts a reason that is longer than a person reads', async () => {
    const { sent, send } = queue();
    await createDeadLetters({ send }, 'http://dlq')('field: wrong; '.repeat(100_000), { detail: 1 });
    const { reason, event } = JSON.parse((sent as [{ MessageBody: string }])[0].MessageBody) as { reason: string; event: unknown };
    expect(reason).toHaveLength(2_001);
    expect(event).toEqual({ detail: 1 });
  });

  it.each([255_000, 262_000, 1_000_000])(
    'an event of %p characters fits its message with the reason, if need be by its names alone',
    async (length) => {
      const { sent, send } = queue();
      const names = { id: 'event-1', time: '2026-11-22T10:15:00Z', source: 'ges.platform', 'detail-type': 'CustomerChanged' };
      await createDeadLetters({ send }, 'http://dlq')('é'.repeat(5_000), { ...names, detail: 'x'.repeat(length) });
      const [{ MessageBody }] = sent as [{ MessageBody: string }];
      expect(Buffer.byteLength(MessageBody)).toBeLessThanOrEqual(262_144);
      expect(JSON.parse(MessageBody)).toMatchObject({ reason: expect.stringMatching(/^é{2000}…$/), event: names });
    },
  );
});
