import type { Recorder } from './recorder.ts';
import { batchPaymentScenario } from './scenarios-batch-payments.ts';
import { contactScenario } from './scenarios-contacts.ts';
import { creditNoteScenario } from './scenarios-credit-notes.ts';
import { gatewayScenario, validationScenario } from './scenarios-gateway.ts';
import { identityScenario } from './scenarios-identity.ts';
import { invoiceScenario } from './scenarios-invoices.ts';
import { paymentScenario } from './scenarios-payments.ts';
import { otherOrganisationScenario, settingsScenario } from './scenarios-settings.ts';
import { xeroNodeScenario } from './scenarios-xero-node.ts';

/** Each plays one part of the API on a sandbox of its own and gives what went over the wire. */
export const SCENARIOS: readonly (readonly [name: string, play: () => Recorder | Promise<Recorder>])[] = [
  ['identity and connections', identityScenario],
  ['organisation, accounts, tax rates', settingsScenario],
  ['an organisation without VAT and CIS', otherOrganisationScenario],
  ['contacts', contactScenario],
  ['invoices', invoiceScenario],
  ['payments', paymentScenario],
  ['batch payments', batchPaymentScenario],
  ['credit notes', creditNoteScenario],
  ['gateway', gatewayScenario],
  ['webhook validation', validationScenario],
  ['the calls that xero-node makes', xeroNodeScenario],
];
