import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { createWebhookRoute } from '../../../functions/xero-webhooks/route.ts';
import { createLog } from '../../../shared/runtime/log.ts';
import { connection, ingressWorld, TENANT } from '../../shared/sync/ingress-world.ts';

const KEY = 'webhook-key';
let counted: unknown[];
let warned: unknown[];
beforeEach(() => {
  counted = [];
  warned = [];
});

const contactEvent = {
  resourceId: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
  eventDateUtc: '2026-11-22T10:15:39.902',
  eventType: 'UPDATE',
  eventCategory: 'CONTACT',
  tenantId: TENANT,
  tenantType: 'ORGANISATION',
};
const batch = (...events: unknown[]) => JSON.stringify({ events, firstEventSequence: 0, lastEventSequence: 0, entropy: 'x' });
const sign = (body: string) => createHmac('sha256', KEY).update(body).digest('base64');

function delivery(body: string, signature: string, base64 = false): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'POST /webhooks/xero',
    rawPath: '/webhooks/xero',
    rawQueryString: '',
    headers: { 'x-xero-signature': signature, 'content-type': 'application/json' },
    isBase64Encoded: base64,
    body: base64 ? Buffer.from(body).toString('base64') : body,
    requestContext: { requestId: 'req-1' } as APIGatewayProxyEventV2['requestContext'],
  };
}

async function post(
  event: APIGatewayProxyEventV2,
  world?: Awaited<ReturnType<typeof ingressWorld>>,
  { key = KEY, timeLeftMs = 5_000 }: { key?: string | null; timeLeftMs?: number } = {},
) {
  const { deps, steps } = world ?? (await ingressWorld(connection()));
  const route = createWebhookRoute({
    ...deps,
    webhookKey: async () => key ?? undefined,
    log: createLog({ info: () => undefined, warn: (...line) => void warned.push(line), error: () => undefined }),
    counters: { count: (...count) => void counted.push(count) },
  });
  return { answer: await route(event, { getRemainingTimeInMillis: () => timeLeftMs } as Context), steps };
}

describe('POST /webhooks/xero (xero-facts §4)', () => {
  it.each([false, true])('stores a signed event, rings, answers 200 with an empty body and no cookies (base64: %p)', async (base64) => {
    const body = batch(contactEvent);
    const { answer, steps } = await post(delivery(body, sign(body), base64));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(answer.cookies).toBeUndefined();
    expect(steps).toEqual([`stored ${contactEvent.resourceId}@${String(Date.parse('2026-11-22T10:15:39.902Z'))}`, 'ring acct_demo 0']);
    expect(counted).toEqual([['WebhookStored', 1, { reception: 'stored' }]]);
  });

  it('an invoice’s event becomes news of that invoice; other categories are acknowledged and ignored', async () => {
    const world = await ingressWorld(connection());
    const body = batch({ ...contactEvent, eventCategory: 'INVOICE' }, { ...contactEvent, eventCategory: 'PREPAYMENT' });
    expect((await post(delivery(body, sign(body)), world)).answer.statusCode).toBe(200);
    expect(await world.waiting()).toMatchObject([
      { type: 'invoice', side: 'xero', entity: { id: contactEvent.resourceId }, change: 'updated' },
    ]);
  });

  it('intent to receive: 200 for a right signature, 401 for a wrong one, both empty', async () => {
    const body = batch();
    expect((await post(delivery(body, sign(body)))).answer).toMatchObject({ statusCode: 200, body: '' });
    expect((await post(delivery(body, sign(`${body} `)))).answer).toMatchObject({ statusCode: 401, body: '' });
    expect(counted).toEqual([['WebhookRejected']]);
  });

  it('garbage without a signature is refused by signature alone', async () => {
    const { answer } = await post(delivery('{', ''));
    expect(answer).toMatchObject({ statusCode: 401, body: '' });
  });

  it('401 while the operator has not filled the secret in, whatever is signed with nothing', async () => {
    const body = batch(contactEvent);
    const signedWithNothing = createHmac('sha256', '').update(body).digest('base64');
    const { answer, steps } = await post(delivery(body, signedWithNothing), undefined, { key: null });
    expect(answer).toMatchObject({ statusCode: 401, body: '' });
    expect(steps).toEqual([]);
    expect(counted).toEqual([['WebhookRejected']]);
  });

  it.each([
    ['none', undefined],
    ['text that is no base64', 'ä, not base64!'],
    ['two, joined by the gateway', `${sign('{}')},${sign('{}')}`],
    ['one of another body', sign('{} ')],
    ['a very long one', 'A'.repeat(100_000)],
  ])('401 for what no signature fits: %s', async (_what, signature) => {
    const event = delivery('{}', signature ?? '');
    if (signature === undefined) delete event.headers['x-xero-signature'];
    expect((await post(event)).answer).toMatchObject({ statusCode: 401, body: '' });
  });

  it('answers 503 half a second before Lambda would end it, when the table hangs', async () => {
    const world = await ingressWorld(connection());
    world.deps.inbox.put = () => new Promise(() => undefined);
    const body = batch(contactEvent);
    const { answer } = await post(delivery(body, sign(body)), world, { timeLeftMs: 550 });
    expect(answer.statusCode).toBe(503);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'out-of-time', status: 503 });
  });

  it('signed garbage is a clear problem, so that Xero keeps it and delivers it again', async () => {
    const { answer } = await post(delivery('{"events":', sign('{"events":')));
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'malformed-webhook', status: 400 });
    expect(counted).toEqual([['WebhookMalformed', 1]]);
    expect(JSON.stringify(warned)).toContain('The body is not valid JSON.');
  });

  it('acknowledges and ignores organisations it does not know', async () => {
    const body = batch({ ...contactEvent, tenantId: '99999999-9999-4999-8999-999999999999' });
    const { answer, steps } = await post(delivery(body, sign(body)));
    expect(answer.statusCode).toBe(200);
    expect(steps).toEqual([]);
    expect(counted).toEqual([['WebhookDropped', 1, { reception: 'unknown-tenant' }]]);
  });

  it('does not acknowledge what it could not store', async () => {
    const world = await ingressWorld(connection());
    world.deps.inbox.put = () => Promise.reject(new Error('no table'));
    const body = batch(contactEvent);
    const { answer } = await post(delivery(body, sign(body)), world);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('no table');
  });
});
