import type { XeroMoneyBooks } from '../sync/money-ports.ts';
import type { Clock, XeroBooks } from '../sync/ports.ts';
import { createApiCaller, type XeroAccess } from './api-caller.ts';
import { createContactBooks } from './contact-client.ts';
import { createInvoiceBooks } from './invoice-client.ts';
import { readOrganisationFacts } from './organisation-facts.ts';
import { createPaymentBooks } from './payment-client.ts';

export interface XeroBooksAccess extends XeroAccess {
  /** Tells when facts were read. */
  readonly clock: Pick<Clock, 'now'>;
}

/** The books of one organisation through xero-node; all its calls share the slots of one caller (xero-facts §2). */
export function createXeroBooks(access: XeroBooksAccess): XeroBooks & XeroMoneyBooks {
  const call = createApiCaller(access);
  return {
    ...createContactBooks(call),
    ...createInvoiceBooks(call),
    ...createPaymentBooks(call),
    readFacts: () => readOrganisationFacts(call, access.clock),
  };
}
