import { describe, expect, it } from '@jest/globals';
import type { DeliverWebhook } from '../../../../local/xero-sandbox/core/messages.ts';
import { Bench, TENANT } from '../bench.ts';

interface Page {
  items: { Name: string; ContactID: string; InvoiceNumber: string; Balances?: { AccountsReceivable: { Outstanding: number } } }[];
  total: number;
  page: number;
  pageCount: number;
}
const look = (bench: Bench, what: string): Page => JSON.parse(bench.pull('GET', `organisations/${TENANT}/${what}`).text) as Page;
const names = ({ items }: Page): string[] => items.map(({ Name }) => Name);

function benchWithContacts(count: number): Bench {
  const bench = Bench.connected();
  for (let i = 0; i < count; i += 1) bench.pull('POST', 'as-user/contacts', { Name: `Customer ${String(i).padStart(3, '0')}` });
  return bench;
}

describe('lists of the switchboard by pages', () => {
  it('give 50 a page by name, with the number of all', () => {
    const bench = benchWithContacts(120);
    const first = look(bench, 'contacts?page=1&search=customer');
    expect(first).toMatchObject({ total: 120, page: 1, pageCount: 3 });
    expect(names(first)).toHaveLength(50);
    expect(names(look(bench, 'contacts?page=3&search=customer'))).toEqual(
      Array.from({ length: 20 }, (_, i) => `Customer ${String(100 + i)}`),
    );
  });

  it('a page beyond the last is the last', () => {
    expect(look(benchWithContacts(60), 'contacts?page=9&search=customer')).toMatchObject({ page: 2, pageCount: 2 });
  });

  it('search every word, without regard to case and accents, in names, texts and addresses', () => {
    const bench = Bench.connected();
    bench.contact({ Name: 'Zoë Müller', Addresses: [{ AddressType: 'POBOX', City: 'Otley' }], EmailAddress: 'zoe@else.example' });
    for (const search of ['zoe muller', 'OTLEY', 'else.example müller'])
      expect(names(look(bench, `contacts?page=1&search=${search}`))).toEqual(['Zoë Müller']);
    expect(look(bench, 'contacts?page=1&search=zoe+leeds').total).toBe(0);
  });

  it('an edited contact is found by what it is now, not by what it was', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Before' });
    expect(look(bench, 'contacts?page=1&search=before').total).toBe(1);
    bench.pull('POST', `as-user/contacts/${ContactID}`, { Name: 'After' });
    expect([look(bench, 'contacts?page=1&search=before').total, look(bench, 'contacts?page=1&search=after').total]).toEqual([0, 1]);
  });

  it('filter by status, and find an active contact by its exact name', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Gone' });
    bench.pull('POST', `as-user/contacts/${ContactID}/archive`);
    expect(names(look(bench, 'contacts?page=1&status=ARCHIVED'))).toEqual(['Gone']);
    expect(bench.pull('GET', `organisations/${TENANT}/contacts?name=GONE`).list).toEqual([]);
    expect(bench.pull('GET', `organisations/${TENANT}/contacts?name=okafor+%26+sons`).list).toHaveLength(1);
  });

  it('find invoices by contact, number and amount, and show what a contact owes', () => {
    const bench = Bench.connected();
    bench.invoice();
    const other = bench.invoice({
      Contact: { Name: 'HMRC VAT' },
      LineItems: [{ Description: 'x', UnitAmount: 61.25, AccountCode: '200', TaxType: 'NONE' }],
    });
    for (const search of ['hmrc', '61.25', other.InvoiceNumber]) {
      expect(look(bench, `invoices?page=1&search=${search}`).items.map(({ InvoiceNumber }) => InvoiceNumber)).toEqual([
        other.InvoiceNumber,
      ]);
    }
    expect(look(bench, `invoices?page=1&contact=${other.Contact.ContactID}`).total).toBe(1);
    expect(look(bench, 'contacts?page=1&search=okafor').items[0]?.Balances?.AccountsReceivable.Outstanding).toBe(102);
  });

  it('a payment is found by its invoice and shown under it', () => {
    const bench = Bench.connected();
    const { InvoiceID, InvoiceNumber } = bench.invoice();
    bench.payment(InvoiceID, 40);
    expect(look(bench, `payments?page=1&search=${InvoiceNumber}`).total).toBe(1);
    expect(bench.pull('GET', `organisations/${TENANT}/payments?document=${InvoiceID}`).list).toHaveLength(1);
    expect(bench.pull('GET', `organisations/${TENANT}/payments?document=${TENANT}`).list).toEqual([]);
  });

  it.each(['page=0', 'page=x', 'page=1&pageSize=501'])('refuse %s with a sentence', (query) => {
    const reply = new Bench().pull('GET', `organisations/${TENANT}/contacts?${query}`);
    expect([reply.status, typeof reply.json.error]).toEqual([400, 'string']);
  });

  it('without a page they stay arrays of everything', () => {
    expect(new Bench().pull('GET', `organisations/${TENANT}/contacts`).list).toHaveLength(12);
  });
});

describe('names in the path of a lever', () => {
  it('may be percent-encoded; a broken encoding is taken as it stands', () => {
    const bench = new Bench();
    expect(bench.pull('POST', 'snapshots/as%20it%20was').list).toEqual(['as it was']);
    expect(bench.pull('POST', 'snapshots/100%').list).toEqual(['as it was', '100%']);
  });
});

describe('single records of the switchboard', () => {
  it('a contact and an invoice are shown alone, with their history newest first', () => {
    const bench = Bench.connected();
    const { InvoiceID, Contact } = bench.invoice();
    bench.now += 1_000;
    bench.pull('POST', `as-user/invoices/${InvoiceID}`, { Reference: 'Edited' });
    expect(bench.pull('GET', `organisations/${TENANT}/invoices/${InvoiceID}`).json).toMatchObject({ InvoiceID, Reference: 'Edited' });
    expect(bench.pull('GET', `organisations/${TENANT}/contacts/${Contact.ContactID}`).json).toMatchObject({ Name: 'Okafor & Sons' });
    const history = JSON.parse(bench.pull('GET', `organisations/${TENANT}/history/Invoices/${InvoiceID}`).text) as {
      Changes: string;
      User: string;
    }[];
    expect(history.map(({ Changes, User }) => `${Changes} by ${User}`)[0]).toBe('Edited by Dana Whitfield');
    expect(history.at(-1)?.Changes).toBe('Created');
  });

  it.each(['contacts', 'invoices'])('unknown %s are a 404 with a sentence', (what) => {
    const reply = new Bench().pull('GET', `organisations/${TENANT}/${what}/${TENANT}`);
    expect([reply.status, typeof reply.json.error]).toEqual([404, 'string']);
  });
});

describe('deliveries of webhooks, as the switchboard lists them', () => {
  interface Listed {
    kind: string;
    status?: number;
    received?: boolean;
    wellSigned: boolean;
    events: { resourceId: string }[];
  }
  const listed = (bench: Bench): Listed[] => JSON.parse(bench.pull('GET', 'webhooks/deliveries').text) as Listed[];
  const answer = (bench: Bench, effects: readonly DeliverWebhook[], status: number): void => {
    for (const { deliveryId } of effects) bench.sandbox.delivered(deliveryId, { status, bodyLength: 0, setsCookie: false }, bench.now);
  };

  it('show the events, that one is under way, and how it was answered', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Told' });
    const effects = bench.pass(150);
    expect(listed(bench)).toMatchObject([{ kind: 'events', events: [{ resourceId: ContactID }] }]);
    expect(listed(bench)[0]?.status).toBeUndefined();
    answer(bench, effects, 503);
    const failed = bench.pull('GET', 'webhooks/deliveries');
    expect((JSON.parse(failed.text) as Listed[])[0]).toMatchObject({ status: 503, received: false });
    answer(bench, failed.effects, 200);
    expect(listed(bench)[0]).toMatchObject({ status: 200, received: true });
  });

  it('tell the wrongly signed requests of an intent-to-receive check, and are forgotten by a reset', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'webhooks/validate');
    expect(listed(bench).map(({ kind, wellSigned }) => `${kind} ${String(wellSigned)}`)).toEqual(
      expect.arrayContaining(['validation true', 'validation false']),
    );
    bench.pull('POST', 'reset');
    expect(listed(bench)).toEqual([]);
  });

  it('only the last 200 are kept', () => {
    const bench = Bench.connected();
    for (let i = 0; i < 60; i += 1) bench.pull('POST', 'webhooks/validate');
    expect(listed(bench)).toHaveLength(200);
  });
});
