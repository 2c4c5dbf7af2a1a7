import { describe, expect, it } from '@jest/globals';
import { readGesEvent } from '../../../shared/ges/event-contract.ts';
import { customerEvent, customerSnapshot, gesEvent, invoiceSnapshot, paymentSnapshot } from './ges-events.ts';

describe('readGesEvent (contracts §1)', () => {
  it('reads a customer; fields that the sync does not know are left behind, the revision is the entity’s', () => {
    const { sites: _sites, ...known } = customerSnapshot({ revision: 2 });
    expect(readGesEvent(customerEvent())).toEqual({
      ok: true,
      change: {
        eventId: 'event-1',
        accountId: 'acct_demo',
        type: 'customer',
        id: 'cus_1001',
        revision: 2,
        change: 'updated',
        origin: 'user',
        sentAt: Date.UTC(2026, 10, 22, 10, 15, 0, 999),
        snapshot: known,
      },
    });
  });

  it('tells how late the news is by the time of the bus, not by how old the change is', () => {
    const event = { ...customerEvent({ occurredAt: '2026-01-01T00:00:00.000Z' }), time: '2026-11-22T10:15:00Z' };
    expect(readGesEvent(event)).toMatchObject({ ok: true, change: { sentAt: Date.UTC(2026, 10, 22, 10, 15, 0, 999) } });
  });

  it('reads invoices, payments and deletions', () => {
    const invoice = gesEvent('InvoiceChanged', { type: 'invoice', id: 'inv_5001', revision: 3 }, { snapshot: invoiceSnapshot() });
    const payment = gesEvent('PaymentChanged', { type: 'payment', id: 'pay_9001', revision: 1 }, { snapshot: paymentSnapshot() });
    const deletion = gesEvent('PaymentChanged', { type: 'payment', id: 'pay_9001', revision: 2 }, { change: 'deleted', snapshot: null });
    expect(readGesEvent(invoice)).toMatchObject({ ok: true, change: { type: 'invoice', snapshot: invoiceSnapshot() } });
    expect(readGesEvent(payment)).toMatchObject({ ok: true, change: { type: 'payment', snapshot: paymentSnapshot() } });
    expect(readGesEvent(deletion)).toMatchObject({ ok: true, change: { change: 'deleted', snapshot: null } });
  });

  it('reads an event whose snapshot was too large for the bus, and a deletion that leaves its null out', () => {
    expect(readGesEvent(customerEvent({ snapshot: undefined }))).toMatchObject({
      ok: true,
      change: { id: 'cus_1001', revision: 2, snapshot: undefined },
    });
    expect(readGesEvent(customerEvent({ change: 'deleted', snapshot: undefined }))).toMatchObject({ ok: true, change: { snapshot: null } });
  });

  it.each([
    ['no event at all', null, /expected object/],
    ['another detail-type', { ...customerEvent(), 'detail-type': 'SiteChanged' }, /^detail-type: /],
    ['detail-type and entity that disagree', { ...customerEvent(), 'detail-type': 'InvoiceChanged' }, /^detail\.entity\.type: /],
    ['no account', customerEvent({ accountId: undefined }), /^detail\.accountId: /],
    ['an account that could be a key of another', customerEvent({ accountId: 'acct#ORG#1' }), /^detail\.accountId: /],
    ['a revision as text', customerEvent({ entity: { type: 'customer', id: 'cus_1001', revision: '2' } }), /^detail\.entity\.revision: /],
    [
      'an id that Xero could not keep',
      customerEvent({ entity: { type: 'customer', id: 'c'.repeat(51), revision: 2 } }),
      /^detail\.entity\.id: /,
    ],
    ['an unknown origin', customerEvent({ origin: 'robot' }), /^detail\.origin: /],
    ['a time that is none', customerEvent({ occurredAt: 'yesterday' }), /^detail\.occurredAt: /],
    ['no snapshot', customerEvent({ snapshot: null }), /^detail\.snapshot: must be the whole entity when updated/],
    ['a deletion with a snapshot', customerEvent({ change: 'deleted' }), /^detail\.snapshot: must be null when deleted/],
    ['the snapshot of another entity', customerEvent({ snapshot: customerSnapshot({ id: 'cus_2' }) }), /^detail\.snapshot\.id: /],
    [
      'a missing field, which must not be read as empty',
      customerEvent({ snapshot: customerSnapshot({ email: undefined }) }),
      /^detail\.snapshot\.email: /,
    ],
    [
      'money as a number',
      gesEvent('PaymentChanged', { type: 'payment', id: 'pay_9001', revision: 1 }, { snapshot: paymentSnapshot({ amount: 102 }) }),
      /^detail\.snapshot\.amount: /,
    ],
    [
      'a date that does not exist',
      gesEvent('PaymentChanged', { type: 'payment', id: 'pay_9001', revision: 1 }, { snapshot: paymentSnapshot({ date: '2026-02-30' }) }),
      /^detail\.snapshot\.date: /,
    ],
  ])('refuses %s and says which field', (_, event, reason) => {
    expect(readGesEvent(event)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  it('names every field at fault, and no values, which may be personal', () => {
    const result = readGesEvent(customerEvent({ snapshot: customerSnapshot({ name: 7, phone: null, archived: 'Jo Smith' }) }));
    expect(result).toEqual({ ok: false, reason: expect.stringMatching(/name.*phone.*archived/) });
    expect(JSON.stringify(result)).not.toContain('Jo Smith');
  });
});
