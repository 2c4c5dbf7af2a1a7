import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_WEBHOOK_KEY } from '../../../local/xero-sandbox/seed/apps.ts';
import type { Contact } from '../../../shared/domain/contact.ts';
import { createXeroBooks } from '../../../shared/xero/client.ts';
import { createOpenOrganisation } from '../../../shared/xero/facts.ts';
import { readWebhook } from '../../../shared/xero/webhook-events.ts';
import { isSignedByXero } from '../../../shared/xero/webhook-signature.ts';
import { startConnectedSandbox, type ConnectedSandbox } from './connected-sandbox.ts';

/** The client with the real xero-node over real HTTP against the sandbox, which shares no code with the product. */
let sandbox: ConnectedSandbox;

beforeAll(async () => {
  sandbox = await startConnectedSandbox('client');
});
afterAll(() => sandbox.close());
afterEach(() => fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' }));

const books = (token = sandbox.accessToken, tenant = sandbox.tenantId) =>
  createXeroBooks({ apiBaseUrl: sandbox.url, tenantId: tenant, accessToken: async () => token });
const billingAddress = {
  line1: '4 Mill Row',
  line2: '',
  city: 'Leeds',
  county: 'West Yorkshire',
  postcode: 'LS1 4AB',
  country: 'United Kingdom',
};

async function made(name: string): Promise<Contact> {
  const [answer] = await books().createContacts([{ name, email: 'a@b.example', phone: '0113 496 0000', billingAddress }], `make ${name}`);
  if (answer?.ok !== true) throw new Error('not made');
  return answer.record;
}

describe('the Xero client against the sandbox', () => {
  it('creates, finds, updates and clears; what was not named stays', async () => {
    const contact = await made('Orchard Homes');
    expect(contact).toMatchObject({ name: 'Orchard Homes', phone: '0113 496 0000', billingAddress, status: 'ACTIVE', isCustomer: false });
    expect(await books().searchContacts('orchard')).toEqual([contact]);

    const update = { contactId: contact.contactId, mobile: '07700 900123', email: '' };
    const [answer] = await books().updateContacts([update], 'u1');
    expect(answer).toMatchObject({ ok: true, record: { mobile: '07700 900123', email: '', phone: '0113 496 0000', billingAddress } });
    const [read] = await books().contactsByIds([contact.contactId]);
    expect(answer).toEqual({ ok: true, record: read });
  });

  it('B2: leaves alone what a person typed in the STREET slot', async () => {
    const contact = await made('Street Slot Ltd');
    await sandbox.pull(`as-user/contacts/${contact.contactId}`, { Addresses: [{ AddressType: 'STREET', AddressLine1: '9 Oak Street' }] });
    await books().updateContacts([{ contactId: contact.contactId, billingAddress: { ...billingAddress, city: 'York' } }], 'b2');
    const contents = JSON.stringify(await sandbox.pull(`organisations/${sandbox.tenantId}/contacts`));
    expect(contents).toContain('9 Oak Street');
    expect((await books().contactsByIds([contact.contactId]))[0]?.billingAddress.city).toBe('York');
  });

  it('tells refused elements from saved ones in one batch, with Xero’s words', async () => {
    await made('Taken Name');
    const answers = await books().createContacts([{ name: 'Free Name' }, { name: 'taken name' }, { name: 'Bad <name>' }], 'batch');
    expect(answers.map((answer) => answer.ok)).toEqual([true, false, false]);
    expect(answers[1]).toMatchObject({ messages: [expect.stringContaining('is already assigned to another contact')] });
  });

  it('xero-facts §3: the same key and body again is the same contact; another body is refused without a blind new try', async () => {
    const first = await books().createContacts([{ name: 'Once Only' }], 'once');
    expect(await books().createContacts([{ name: 'Once Only' }], 'once')).toEqual(first);
    await expect(books().createContacts([{ name: 'Twice' }], 'once')).rejects.toMatchObject({ kind: 'retry', outcome: 'server-error' });
  });

  it('B6: sees where a merged contact went, and archived contacts', async () => {
    const [loser, winner] = [await made('Loser Ltd'), await made('Winner Ltd')];
    await sandbox.pull(`as-user/contacts/${loser.contactId}/merge`, { into: winner.contactId });
    expect(await books().contactsByIds([loser.contactId])).toMatchObject([{ status: 'ARCHIVED', mergedTo: winner.contactId }]);
    expect((await books().contactFeed(0, 1)).items.map((contact) => contact.contactId)).toContain(loser.contactId);
  });

  it('reads only what was modified since, and nothing from the future', async () => {
    const contact = await made('Recently Ltd');
    expect((await books().contactFeed(contact.updatedAt, 1)).items.map(({ contactId }) => contactId)).toContain(contact.contactId);
    expect((await books().contactFeed(contact.updatedAt + 60_000, 1)).items).toEqual([]);
  });

  it.each([
    [
      { kind: '429', problem: 'minute', retryAfterSeconds: 22 },
      { kind: 'wait', limit: 'minute', waitMs: 22_000 },
    ],
    [
      { kind: '429', problem: 'day', retryAfterSeconds: 66975 },
      { kind: 'wait', limit: 'day' },
    ],
    [
      { kind: '429', problem: 'concurrent' },
      { kind: 'wait', limit: 'concurrent' },
    ],
    [
      { kind: '429', problem: 'appminute' },
      { kind: 'wait', limit: 'appminute' },
    ],
    [{ kind: '500' }, { kind: 'retry', outcome: 'server-error' }],
    [{ kind: '503' }, { kind: 'wait', limit: 'offline' }],
    [{ kind: 'html' }, { kind: 'retry', outcome: 'server-error' }],
    [
      { kind: 'html', problem: '200' },
      { kind: 'retry', outcome: 'server-error' },
    ],
    [{ kind: 'lost-before' }, { kind: 'retry', outcome: 'lost-answer' }],
    [{ kind: 'lost-after' }, { kind: 'retry', outcome: 'lost-answer' }],
  ])('fault %p', async (fault, failure) => {
    await sandbox.pull('faults', fault);
    await expect(books().createContacts([{ name: `Fault ${JSON.stringify(fault).length}` }], JSON.stringify(fault))).rejects.toMatchObject(
      failure,
    );
  });

  it('a wrong token and a wrong organisation both mean reconnect', async () => {
    await expect(books('no.such.token').searchContacts('a')).rejects.toMatchObject({ kind: 'reconnect' });
    await expect(books(sandbox.accessToken, '99999999-9999-4999-8999-999999999999').searchContacts('a')).rejects.toMatchObject({
      kind: 'reconnect',
    });
  });

  it('an id that Xero does not know is a record that is gone', async () => {
    const update = { contactId: '99999999-9999-4999-8999-999999999999', name: 'Nobody' };
    await expect(books().updateContacts([update], 'gone')).rejects.toMatchObject({ problem: { code: 'not-found-in-xero' } });
  });

  it('reads the organisation, its accounts and CIS, and creates an account once', async () => {
    const organisation = createOpenOrganisation({ apiBaseUrl: sandbox.url })({
      tenantId: sandbox.tenantId,
      accessToken: async () => sandbox.accessToken,
    });
    const facts = await organisation.organisation();
    expect(facts).toMatchObject({ organisationId: sandbox.tenantId, countryCode: 'GB', baseCurrency: 'GBP' });
    expect((await organisation.cisSettings(facts.organisationId)).subContractorEnabled).toBe(true);
    const account = { code: '690', name: 'GES Payments', type: 'CURRENT', enablePaymentsToAccount: true } as const;
    const created = await organisation.createAccount(account, 'account');
    expect(await organisation.accounts()).toContainEqual(created);
    await expect(organisation.createAccount(account, 'again')).rejects.toMatchObject({ problem: { code: 'account-not-created' } });
  });

  it('its webhooks have the signature and the shape that ingress reads', async () => {
    sandbox.deliveries.length = 0;
    const contact = await made('Webhook Ltd');
    while (!sandbox.deliveries.some(({ body }) => body.includes(contact.contactId))) await new Promise((resolve) => setTimeout(resolve, 5));
    const delivery = sandbox.deliveries.find(({ body }) => body.includes(contact.contactId));
    const signature = String(delivery?.headers['x-xero-signature']);
    expect(isSignedByXero(delivery?.body ?? Buffer.from(''), signature, LOCAL_WEBHOOK_KEY)).toBe(true);
    const read = readWebhook(delivery?.body.toString('utf8') ?? '');
    expect(read).toMatchObject({ ok: true, malformed: 0 });
    // E3: the event of our own create is not newer than what the answer told us.
    const ours = read.ok ? read.events.filter((event) => event.id === contact.contactId) : [];
    expect(ours).toMatchObject([{ tenantId: sandbox.tenantId, type: 'customer', change: 'created' }]);
    expect(ours[0]?.at).toBeLessThanOrEqual(contact.updatedAt);
  });
});
