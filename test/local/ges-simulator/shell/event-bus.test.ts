import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { GesEvent } from '../../../../local/ges-simulator/core/records.ts';
import { eventBridgePublisher } from '../../../../local/ges-simulator/shell/event-bus.ts';

const event = (id: string): GesEvent => ({
  source: 'ges.platform',
  detailType: 'CustomerChanged',
  detail: {
    accountId: 'acct_demo',
    entity: { type: 'customer', id, revision: 2 },
    change: 'deleted',
    origin: 'user',
    occurredAt: '2026-11-22T10:15:00.000Z',
    snapshot: null,
  },
});

/** What EventBridge answers, by event: an id for one it accepts, an error code for one it does not. */
let answers: ({ EventId: string } | { ErrorCode: string; ErrorMessage: string })[];
let requests: { target: unknown; body: unknown }[];
let server: Server;
let publisher: ReturnType<typeof eventBridgePublisher>;
const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' };

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    void json(request).then((body) => {
      requests.push({ target: request.headers['x-amz-target'], body });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ Entries: answers }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  publisher = eventBridgePublisher('ges-xero-test', { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterEach(() => {
  publisher.close();
  server.closeAllConnections();
  server.close();
});

describe('PutEvents', () => {
  it('sends source, detail-type and detail of contracts §1 to the named bus', async () => {
    answers = [{ EventId: '1' }];
    expect(await publisher([event('cus_1')])).toBe(1);
    const entry = { EventBusName: 'ges-xero-test', Source: 'ges.platform', DetailType: 'CustomerChanged' };
    expect(requests).toMatchObject([{ target: 'AWSEvents.PutEvents', body: { Entries: [entry] } }]);
    const [sent] = (requests[0]?.body as { Entries: { Detail: string }[] }).Entries;
    expect(JSON.parse(sent?.Detail ?? '')).toEqual(event('cus_1').detail);
  });

  it('leaves the snapshot of an entity behind that is too large for the bus', async () => {
    answers = [{ EventId: '1' }];
    const large = event('cus_1');
    await publisher([{ ...large, detail: { ...large.detail, change: 'updated', snapshot: { name: 'x'.repeat(260_000) } as never } }]);
    const [sent] = (requests[0]?.body as { Entries: { Detail: string }[] }).Entries;
    const { snapshot: _none, ...told } = large.detail;
    expect(JSON.parse(sent?.Detail ?? '')).toEqual({ ...told, change: 'updated' });
  });

  it('counts what was accepted before the first refusal, so that the order is kept', async () => {
    answers = [{ EventId: '1' }, refused, { EventId: '3' }];
    expect(await publisher([event('cus_1'), event('cus_2'), event('cus_3')])).toBe(1);
  });

  it('throws with the reason when the first is refused', async () => {
    answers = [refused];
    await expect(publisher([event('cus_1')])).rejects.toThrow('ThrottlingException: slow down');
  });
});
