import { createHmac } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, json } from '../../local/demo/http.ts';
import { LOCAL_BUS } from '../../local/stack.ts';
import { itemsOf, localAws } from '../support/local-aws.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal, type LocalPlace, type LocalProcess } from '../support/local-process.ts';
import { DEMO, letEchoesPass, systemsOf, type Systems } from '../support/local-systems.ts';

const LONG = 300_000;
const LATEST_MS = 30_000;
/** Of the sandbox's local app (local/xero-sandbox/README.md). */
const WEBHOOK_KEY = 'ges-xero-local-webhook-key';

let place: LocalPlace;
let stack: LocalProcess;
let systems: Systems;
let tenantId: string;

beforeAll(async () => {
  place = newPlace(await freeLocalPorts());
  stack = await startLocal(place);
  systems = systemsOf(stack);
  tenantId = await systems.connect();
}, LONG);
afterAll(async () => {
  await stack.close();
  forget(place);
}, LONG);

describe('POST /webhooks/xero (xero-facts §4)', () => {
  const sign = (body: string, key = WEBHOOK_KEY): string => createHmac('sha256', key).update(body, 'utf8').digest('base64');
  const post = (body: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${stack.apiUrl}/webhooks/xero`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const signed = (body: string): Promise<Response> => post(body, { 'x-xero-signature': sign(body) });
  const contactEvent = (organisation: string) => ({
    resourceUrl: 'https://api.xero.com/api.xro/2.0/Contacts/717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
    resourceId: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
    tenantId: organisation,
    tenantType: 'ORGANISATION',
    eventCategory: 'CONTACT',
    eventType: 'UPDATE',
    eventDateUtc: '2026-11-22T10:15:39.902',
  });
  const delivery = (events: readonly object[]): string =>
    JSON.stringify({ events, firstEventSequence: 1, lastEventSequence: events.length, entropy: 'S0M3' });

  const body = delivery([]);
  it.each<[string, Record<string, string>]>([
    ['of another key', { 'x-xero-signature': sign(body, 'another key') }],
    ['of another body', { 'x-xero-signature': sign(`${body} `) }],
    ['in hexadecimal', { 'x-xero-signature': createHmac('sha256', WEBHOOK_KEY).update(body).digest('hex') }],
    ['that is empty', { 'x-xero-signature': '' }],
    ['that is missing', {}],
  ])('answers 401 and nothing else to a signature %s', async (_kind, headers) => {
    const answer = await post(body, headers);
    expect({ status: answer.status, body: await answer.text(), cookies: answer.headers.getSetCookie() }).toEqual({
      status: 401,
      body: '',
      cookies: [],
    });
  });

  it('passes the intent-to-receive check', async () => {
    interface Subscription {
      readonly status: string;
      readonly validation?: { readonly left: number; readonly passed: boolean };
    }
    await json(`${stack.xeroUrl}/_sandbox/webhooks/validate`, { method: 'POST', body: {} });
    const outcome = await eventually('the end of the check', LATEST_MS, async () => {
      const [subscription] = await json<readonly Subscription[]>(`${stack.xeroUrl}/_sandbox/webhooks`);
      return subscription?.status === 'validating' ? undefined : subscription;
    });
    expect(outcome).toMatchObject({ status: 'ok', validation: { left: 0, passed: true } });
  });

  it('acknowledges an organisation that it does not know, and ignores it', async () => {
    const answer = await signed(delivery([contactEvent('00000000-1111-4222-8333-444444444444')]));
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: '' });
    const inboxes = (await itemsOf(stack)).filter(({ sk }) => sk.startsWith('INBOX#'));
    expect(inboxes.filter(({ sk }) => sk.includes('717f2bfc'))).toEqual([]);
  });

  it('acknowledges categories that it does not follow', async () => {
    const answer = await signed(delivery([{ ...contactEvent(tenantId), eventCategory: 'SOMETHING_NEW' }]));
    expect(answer.status).toBe(200);
  });

  it.each([
    ['no JSON', '{"events": [', 400],
    ['no events', '{"hello":"world"}', 400],
    ['an empty body', '', 400],
  ])('keeps Xero from thinking that it was understood when the signature is right and the body has %s', async (_what, text, status) => {
    const answer = await signed(text);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, code: 'malformed-webhook' });
  });

  it('refuses a delivery that is larger than the gateway takes, without touching the function', async () => {
    const answer = await signed(delivery([{ ...contactEvent(tenantId), padding: 'x'.repeat(11 * 1024 * 1024) }]));
    expect(answer.status).toBe(413);
  });

  it('still takes the next good delivery', async () => {
    expect((await signed(delivery([contactEvent(tenantId)]))).status).toBe(200);
  });
});

describe('events of the GES platform that do not fit the contract (contracts §1)', () => {
  const good = {
    accountId: DEMO,
    entity: { type: 'customer', id: 'cus_bad', revision: 1 },
    change: 'updated',
    origin: 'user',
    occurredAt: '2026-11-22T10:15:00.000Z',
    snapshot: {
      id: 'cus_bad',
      revision: 1,
      name: 'Malformed',
      firstName: '',
      lastName: '',
      email: '',
      phone: '',
      mobile: '',
      billingAddress: { line1: '', line2: '', city: '', county: '', postcode: '', country: '' },
      vatNumber: '',
      archived: false,
      sites: [],
      updatedAt: '2026-11-22T10:15:00.000Z',
    },
  };
  const { name: _name, ...nameless } = good.snapshot;
  const kinds: readonly [string, string, string, object][] = [
    ['a revision that is text', 'CustomerChanged', 'detail.entity.revision', { ...good, entity: { ...good.entity, revision: 'three' } }],
    ['no account', 'CustomerChanged', 'detail.accountId', { ...good, accountId: undefined }],
    ['an account that would break a key', 'CustomerChanged', 'detail.accountId', { ...good, accountId: 'acct#demo' }],
    ['a snapshot without a name', 'CustomerChanged', 'detail.snapshot.name', { ...good, snapshot: nameless }],
    ['no snapshot although not deleted', 'CustomerChanged', 'detail.snapshot', { ...good, snapshot: null }],
    ['another id inside', 'CustomerChanged', 'detail.snapshot.id', { ...good, snapshot: { ...good.snapshot, id: 'cus_other' } }],
    ['a change that is none', 'CustomerChanged', 'detail.change', { ...good, change: 'exploded' }],
    ['a type that is not its own', 'InvoiceChanged', 'detail.entity.type', good],
    ['nothing at all', 'PaymentChanged', 'detail.accountId', {}],
  ];

  it(
    'land in the dead-letter queue, each with its reason, and reach nobody',
    async () => {
      await systems.forgetCalls();
      const bus = new EventBridgeClient(localAws(stack));
      const entries = kinds.map(([, DetailType, , detail]) => ({
        EventBusName: LOCAL_BUS,
        Source: 'ges.platform',
        DetailType,
        Detail: JSON.stringify(detail),
      }));
      const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: entries }));
      bus.destroy();
      expect(FailedEntryCount).toBe(0);

      const reasons = await deadLetters(kinds.length);
      for (const [, detailType, path] of kinds) {
        expect(reasons).toContainEqual({ reason: expect.stringContaining(`${path}:`) as unknown, detailType });
      }
      await letEchoesPass();
      expect((await systems.calls()).xeroCalls).toBe(0);
      expect((await systems.contacts(tenantId)).filter(({ Name }) => Name === 'Malformed')).toEqual([]);
    },
    LONG,
  );

  /** Reads (and takes) as many dead letters from the queue with the SQS client. */
  async function deadLetters(count: number): Promise<readonly { readonly reason: string; readonly detailType: string }[]> {
    interface Described {
      readonly queues: readonly { readonly name: string; readonly url: string; readonly polledBy: readonly string[] }[];
    }
    const { queues } = await json<Described>(`${stack.awsUrl}/_edge`);
    const QueueUrl = queues.find(({ name }) => /ingest.*dead/i.test(name))?.url;
    expect(QueueUrl).toBeDefined();
    const sqs = new SQSClient(localAws(stack));
    const found: { reason: string; detailType: string }[] = [];
    try {
      await eventually(`${count} dead letters`, LATEST_MS, async () => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        for (const { Body = '{}', ReceiptHandle } of Messages) {
          const { reason, event } = JSON.parse(Body) as { reason: string; event: { 'detail-type': string } };
          found.push({ reason, detailType: event['detail-type'] });
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        return found.length >= count ? true : undefined;
      });
    } finally {
      sqs.destroy();
    }
    return found;
  }
});
