import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import type { DeliverWebhook, DeliveryOutcome } from '../../../local/xero-sandbox/core/messages.ts';
import { Bench, TENANT } from './bench.ts';

const GOOD: DeliveryOutcome = { status: 200, bodyLength: 0, setsCookie: false };
const MINUTE = 60_000;
const DELAY = 150;

interface Delivered {
  events: { resourceId: string; eventType: string; eventCategory: string; resourceUrl: string; eventDateUtc: string }[];
  firstEventSequence: number;
  lastEventSequence: number;
  entropy: string;
}
const contentOf = (effect: DeliverWebhook | undefined): Delivered => JSON.parse(effect?.body ?? 'null') as Delivered;
const goodSignature = (effect: DeliverWebhook): string =>
  createHmac('sha256', 'ges-xero-local-webhook-key').update(effect.body).digest('base64');
const edit = (bench: Bench, name = 'HMRC VAT'): string => {
  const [contact] = bench.pull('GET', `organisations/${TENANT}/contacts`).list.filter(({ Name }) => Name === name);
  bench.pull('POST', `as-user/contacts/${contact?.ContactID ?? ''}`, { FirstName: `F${String(bench.now)}` });
  return contact?.ContactID ?? '';
};
/** Sends everything due until nothing is, answering with the outcome; gives what was sent. */
const drain = (bench: Bench, outcome: DeliveryOutcome): DeliverWebhook[] => {
  const sent: DeliverWebhook[] = [];
  for (let effects = bench.pass(0); effects.length > 0; effects = bench.pass(0)) {
    for (const effect of effects) {
      sent.push(effect);
      bench.sandbox.delivered(effect.deliveryId, outcome, bench.now);
    }
  }
  return sent;
};
const statusOf = (bench: Bench): string => bench.sandbox.state.subscriptions.get('ges-xero-local')?.status ?? 'none';

describe('webhook deliveries', () => {
  it('come after the delay, signed over the raw body with base64 HMAC-SHA256 of 44 characters', () => {
    const bench = Bench.connected();
    edit(bench);
    expect(bench.pass(DELAY - 1)).toEqual([]);
    const [effect] = bench.pass(1);
    if (effect === undefined) throw new Error('nothing delivered');
    expect(effect.headers['x-xero-signature']).toBe(goodSignature(effect));
    expect(effect.headers['x-xero-signature']).toHaveLength(44);
    expect(effect.timeoutMs).toBe(5_000);
  });

  it('have camelCase events with tenant, url and an eventDateUtc without Z', () => {
    const bench = Bench.connected();
    const ContactID = edit(bench);
    const { events, firstEventSequence, lastEventSequence, entropy } = contentOf(bench.pass(DELAY)[0]);
    expect(events).toEqual([
      {
        resourceUrl: `http://localhost:4580/api.xro/2.0/Contacts/${ContactID}`,
        resourceId: ContactID,
        tenantId: TENANT,
        tenantType: 'ORGANISATION',
        eventCategory: 'CONTACT',
        eventType: 'UPDATE',
        eventDateUtc: '2026-11-22T10:00:00.000',
      },
    ]);
    expect([firstEventSequence, lastEventSequence]).toEqual([1, 1]);
    expect(entropy).toMatch(/^\w{10,}$/);
  });

  it('report our own writes as well: CREATE for a PUT, UPDATE for an archive', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Echo' });
    bench.api('POST', 'Contacts', { ContactID, ContactStatus: 'ARCHIVED' });
    const { events } = contentOf(bench.pass(DELAY)[0]);
    expect(events.map(({ resourceId, eventType }) => [resourceId, eventType])).toEqual([
      [ContactID, 'CREATE'],
      [ContactID, 'UPDATE'],
    ]);
  });

  it('hold several events each, one delivery of an app at a time', () => {
    const bench = Bench.connected();
    edit(bench, 'HMRC VAT');
    edit(bench, 'John Smith');
    const [first] = bench.pass(DELAY);
    expect(contentOf(first).events).toHaveLength(2);
    edit(bench);
    expect(bench.pass(DELAY)).toEqual([]);
    bench.sandbox.delivered(first?.deliveryId ?? '', GOOD, bench.now);
    expect(contentOf(bench.pass(0)[0])).toMatchObject({ firstEventSequence: 3, lastEventSequence: 3 });
  });

  it('are not made for organisations that are not connected to an app', () => {
    const bench = new Bench();
    edit(bench);
    expect(bench.pass(MINUTE)).toEqual([]);
  });

  it('there is no event for accounts, tax rates or the organisation', () => {
    const bench = Bench.connected();
    bench.api('PUT', 'Accounts', { Code: '655', Name: 'Clearing', Type: 'CURRENT' });
    bench.pull('POST', 'as-user/lock-dates', { periodLockDate: '2026-01-31' });
    expect(bench.pass(MINUTE)).toEqual([]);
  });

  it.each([
    ['an error', { ...GOOD, status: 500 }],
    ['no answer in time', { ...GOOD, status: 0 }],
    ['a body', { ...GOOD, bodyLength: 2 }],
    ['a cookie', { ...GOOD, setsCookie: true }],
  ])('with %s for an answer are sent again at once, then every 15 minutes', (_, outcome) => {
    const bench = Bench.connected();
    edit(bench);
    bench.now += DELAY;
    const sent = drain(bench, outcome);
    expect(sent).toHaveLength(2);
    expect(contentOf(sent[0]).entropy).not.toBe(contentOf(sent[1]).entropy);
    expect(statusOf(bench)).toBe('retrying');
    expect(bench.pass(15 * MINUTE - 1)).toEqual([]);
    bench.now += 1;
    expect(drain(bench, GOOD)).toHaveLength(1);
    expect(statusOf(bench)).toBe('ok');
  });

  it('end with a disabled subscription after 24 hours; what happened is delivered in order after re-enabling', () => {
    const bench = Bench.connected();
    const first = edit(bench, 'HMRC VAT');
    bench.now += DELAY;
    for (let i = 0; i < 98; i += 1) {
      drain(bench, { ...GOOD, status: 503 });
      bench.now += 15 * MINUTE;
    }
    expect(statusOf(bench)).toBe('disabled');
    const second = edit(bench, 'John Smith');
    expect(bench.pass(MINUTE)).toEqual([]);
    const requests = bench.pull('POST', 'webhooks/validate').effects;
    for (const effect of requests) {
      const good = effect.headers['x-xero-signature'] === goodSignature(effect);
      bench.sandbox.delivered(effect.deliveryId, { ...GOOD, status: good ? 200 : 401 }, bench.now);
    }
    expect(statusOf(bench)).toBe('ok');
    const events = drain(bench, GOOD).flatMap((effect) => contentOf(effect).events);
    expect(events.map(({ resourceId }) => resourceId)).toEqual([first, second]);
  });

  it('what happened more than 31 days before a subscription is enabled again is lost', () => {
    const bench = Bench.connected();
    const days = (count: number): number => count * 24 * 60 * MINUTE;
    for (let at = 0; at <= days(1) + MINUTE; at += 15 * MINUTE) {
      if (at === 0) edit(bench, 'HMRC VAT');
      bench.now += at === 0 ? DELAY : 15 * MINUTE;
      drain(bench, { ...GOOD, status: 503 });
    }
    expect(statusOf(bench)).toBe('disabled');
    bench.now += days(20);
    const kept = edit(bench, 'John Smith');
    bench.now += days(11);
    for (const effect of bench.pull('POST', 'webhooks/validate').effects) {
      const good = effect.headers['x-xero-signature'] === goodSignature(effect);
      bench.sandbox.delivered(effect.deliveryId, { ...GOOD, status: good ? 200 : 401 }, bench.now);
    }
    const events = drain(bench, GOOD).flatMap((effect) => contentOf(effect).events);
    expect(events.map(({ resourceId }) => resourceId)).toEqual([kept]);
  });

  it('a backlog that nobody takes costs the other calls nothing', () => {
    const bench = Bench.connected();
    const Contacts = Array.from({ length: 30_000 }, (_, i) => ({ Name: `Backlog ${String(i)}` }));
    expect(bench.api('PUT', 'Contacts', { Contacts }).status).toBe(200);
    bench.now += DELAY;
    drain(bench, { ...GOOD, status: 500 });
    expect(statusOf(bench)).toBe('retrying');
    const start = process.cpuUsage();
    for (let i = 0; i < 1_000; i += 1) bench.sandbox.nextDueAt();
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(100);
  });

  it('can be doubled: the same events with other entropy', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'settings', { webhookDuplicateShare: 1 });
    edit(bench);
    const [a, b] = bench.pass(DELAY).map(contentOf);
    expect(a?.events).toEqual(b?.events);
    expect(a?.entropy).not.toBe(b?.entropy);
  });

  it('can overtake one another', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'settings', { webhookHoldShare: 1, webhookHoldMs: 5_000 });
    const held = edit(bench, 'HMRC VAT');
    bench.pull('POST', 'settings', { webhookHoldShare: 0 });
    const quick = edit(bench, 'John Smith');
    bench.now += DELAY;
    expect(drain(bench, GOOD).flatMap((e) => contentOf(e).events)[0]?.resourceId).toBe(quick);
    bench.now += 5_000;
    expect(drain(bench, GOOD).flatMap((e) => contentOf(e).events)[0]?.resourceId).toBe(held);
  });

  it('can be dropped', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'settings', { webhookDropShare: 1 });
    edit(bench);
    expect(bench.pass(MINUTE)).toEqual([]);
  });
});

describe('at least once', () => {
  it('every event arrives, in order while nothing is held back, however deliveries fail', () => {
    const outcome = fc.constantFrom<DeliveryOutcome>(GOOD, { ...GOOD, status: 500 }, { ...GOOD, status: 0 }, { ...GOOD, bodyLength: 1 });
    const step = fc.record({ edits: fc.integer({ min: 0, max: 3 }), wait: fc.constantFrom(0, 10, DELAY, 16 * MINUTE), outcome });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom(0, 0.5), (steps, webhookDuplicateShare) => {
        const bench = Bench.connected();
        bench.pull('POST', 'settings', { webhookDuplicateShare });
        const arrived: { first: number; last: number }[] = [];
        const deliver = (effects: readonly DeliverWebhook[], answer: DeliveryOutcome): void => {
          for (const effect of effects) {
            const { firstEventSequence, lastEventSequence } = contentOf(effect);
            if (answer.status === 200 && answer.bodyLength === 0) arrived.push({ first: firstEventSequence, last: lastEventSequence });
            bench.sandbox.delivered(effect.deliveryId, answer, bench.now);
          }
        };
        for (const { edits, wait, outcome: answer } of steps) {
          for (let i = 0; i < edits; i += 1)
            deliver(
              bench.pull('POST', 'as-user/contacts', { Name: `C${String(bench.now)}-${String(i)}-${String(arrived.length)}` }).effects,
              answer,
            );
          deliver(bench.pass(wait), answer);
        }
        bench.now += 16 * MINUTE;
        for (let effects = bench.pass(0); effects.length > 0; effects = bench.pass(0)) deliver(effects, GOOD);
        const sequence = bench.sandbox.state.subscriptions.get('ges-xero-local')?.sequence ?? -1;
        expect(bench.sandbox.state.webhookEvents.size).toBe(0);
        const seen = new Set(arrived.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i)));
        expect(seen.size).toBe(sequence);
        const firsts = arrived.map(({ first }) => first);
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });
});

describe('intent to receive', () => {
  const validate = (bench: Bench, answer: (good: boolean) => DeliveryOutcome): string => {
    const { effects } = bench.pull('POST', 'webhooks/validate');
    for (const effect of effects) {
      const good = effect.headers['x-xero-signature'] === goodSignature(effect);
      bench.sandbox.delivered(effect.deliveryId, answer(good), bench.now);
    }
    return statusOf(bench);
  };

  it('sends events [] with sequences 0, some signed well and some badly', () => {
    const { effects } = Bench.connected().pull('POST', 'webhooks/validate');
    expect(effects.map((effect) => effect.headers['x-xero-signature'] === goodSignature(effect))).toEqual([true, false, true, false]);
    for (const effect of effects) expect(contentOf(effect)).toMatchObject({ events: [], firstEventSequence: 0, lastEventSequence: 0 });
  });

  it('passes with 200 for all good ones and 401 for all bad ones', () => {
    expect(validate(Bench.connected(), (good) => ({ ...GOOD, status: good ? 200 : 401 }))).toBe('ok');
  });

  it('a delivery that fails while it runs does not bring back a subscription that it disabled', () => {
    const bench = Bench.connected();
    edit(bench);
    const [underWay] = bench.pass(DELAY);
    expect(validate(bench, () => GOOD)).toBe('disabled');
    bench.sandbox.delivered(underWay?.deliveryId ?? '', { ...GOOD, status: 500 }, bench.now);
    expect(statusOf(bench)).toBe('disabled');
    bench.pull('POST', 'webhooks/validate');
    expect(statusOf(bench)).toBe('validating');
  });

  it('a delivery that fails while it runs does not end it', () => {
    const bench = Bench.connected();
    edit(bench);
    const [underWay] = bench.pass(DELAY);
    bench.pull('POST', 'webhooks/validate');
    bench.sandbox.delivered(underWay?.deliveryId ?? '', { ...GOOD, status: 500 }, bench.now);
    expect(statusOf(bench)).toBe('validating');
  });

  it('a restart in the middle of it counts as failed', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'webhooks/validate');
    bench.sandbox.load([]);
    expect(statusOf(bench)).toBe('disabled');
  });

  it.each<[string, (good: boolean) => DeliveryOutcome]>([
    ['200 for everything', () => GOOD],
    ['401 for everything', () => ({ ...GOOD, status: 401 })],
    ['403 for bad signatures', (good) => ({ ...GOOD, status: good ? 200 : 403 })],
    ['a body', (good) => ({ status: good ? 200 : 401, bodyLength: 2, setsCookie: false })],
  ])('fails with %s', (_, answer) => {
    expect(validate(Bench.connected(), answer)).toBe('disabled');
  });
});
