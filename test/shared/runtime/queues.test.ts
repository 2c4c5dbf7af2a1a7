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
});
