import { describe, expect, it } from '@jest/globals';
import { readWebhook } from '../../../shared/xero/webhook-events.ts';

const event = (parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  resourceUrl: 'https://api.xero.com/api.xro/2.0/Contacts/717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
  resourceId: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
  eventDateUtc: '2024-06-21T01:15:39.902',
  eventType: 'UPDATE',
  eventCategory: 'CONTACT',
  tenantId: 'c2cc9b6e-9458-4c7d-93cc-f02b81b0594f',
  tenantType: 'ORGANISATION',
  ...parts,
});
const read = (...events: unknown[]) =>
  readWebhook(JSON.stringify({ events, firstEventSequence: 1, lastEventSequence: 2, entropy: 'S0m3r4nd0m' }));

describe('readWebhook (xero-facts §4)', () => {
  it('reads a contact event; its time has no zone and is UTC', () => {
    expect(read(event())).toEqual({
      ok: true,
      events: [
        {
          tenantId: 'c2cc9b6e-9458-4c7d-93cc-f02b81b0594f',
          type: 'customer',
          id: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
          change: 'updated',
          at: Date.parse('2024-06-21T01:15:39.902Z'),
        },
      ],
      ignored: 0,
      malformed: 0,
    });
  });

  it('reads any casing of category and type', () => {
    expect(read(event({ eventCategory: 'Contact', eventType: 'Create' }))).toMatchObject({
      events: [{ type: 'customer', change: 'created' }],
    });
  });

  it('an invoice’s event does not say whether it is a bill: it is news of an invoice', () => {
    expect(read(event({ eventCategory: 'INVOICE' }))).toMatchObject({ events: [{ type: 'invoice', change: 'updated' }], ignored: 0 });
  });

  it('takes a time with a zone for what it says', () => {
    expect(read(event({ eventDateUtc: '2024-06-21T01:15:39.902Z' }))).toMatchObject({
      events: [{ at: Date.parse('2024-06-21T01:15:39.902Z') }],
    });
  });

  it('ignores categories that are not synced, whatever they look like', () => {
    expect(read(event(), { eventCategory: 'SUBSCRIPTION', resourceId: 7 }, event({ eventCategory: 'PREPAYMENT' }))).toMatchObject({
      events: [{}],
      ignored: 2,
      malformed: 0,
    });
  });

  it('counts an event that cannot be understood and keeps the others', () => {
    expect(read(event({ resourceId: '../../x' }), event({ eventDateUtc: 'soon' }), event())).toMatchObject({ events: [{}], malformed: 2 });
  });

  it('one event of a shape that Xero has never sent does not spoil the others: refused for a day, it would end all webhooks', () => {
    const { eventCategory: _eventCategory, ...nameless } = event();
    expect(read(nameless, null, 'x', event())).toMatchObject({ ok: true, events: [{}], malformed: 3 });
  });

  it('an intent to receive has no events', () => {
    expect(read()).toEqual({ ok: true, events: [], ignored: 0, malformed: 0 });
  });

  it.each(['', '{"events":', '[]', '{}', '{"events":{}}', '{"events":[null]}', '"events"'])('refuses %p with a reason', (body) => {
    expect(readWebhook(body)).toEqual({ ok: false, reason: expect.stringContaining('The body') });
  });
});
