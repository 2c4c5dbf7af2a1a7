import { expect, it } from '@jest/globals';
import { eventually } from '../../local/demo/http.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal } from '../support/local-process.ts';
import { letEchoesPass, systemsOf } from '../support/local-systems.ts';

const LONG = 300_000;
const LATEST_MS = 30_000;
/** Long enough for the kill to come before the webhook. */
const WEBHOOK_DELAY_MS = 3_000;

it(
  'what was edited in Xero right before a kill is in GES soon after the restart, not with Xero’s next try a quarter of an hour later',
  async () => {
    const place = newPlace(await freeLocalPorts());
    let stack = await startLocal(place);
    try {
      const systems = systemsOf(stack);
      const tenantId = await systems.connect();
      const { id } = await systems.makeCustomer({ name: 'Edited in Xero before a kill' });
      const contact = await eventually('the contact', LATEST_MS, () => systems.contactOf(tenantId, id));
      await letEchoesPass();
      await systems.sandboxSettings({ webhookDelayMs: WEBHOOK_DELAY_MS });
      await systems.editContact(tenantId, contact.ContactID, { EmailAddress: 'edited@xero.example' });
      await stack.kill();

      stack = await startLocal(place);
      const again = systemsOf(stack);
      const edited = async (): Promise<true | undefined> =>
        (await again.customer(id))['email'] === 'edited@xero.example' ? true : undefined;
      expect(await eventually('the edit in GES', LATEST_MS, edited)).toBe(true);
    } finally {
      await stack.close();
      forget(place);
    }
  },
  LONG,
);
