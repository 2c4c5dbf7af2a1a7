import type { XeroBooks } from '../sync/books-port.ts';
import { createApiCaller, type XeroAccess } from './api-caller.ts';
import { createContactBooks } from './contact-client.ts';
import { createInvoiceBooks } from './invoice-client.ts';
import { createCreditBooks } from './credit-note-client.ts';
import { createFactBooks } from './organisation-facts.ts';
import { createPaymentBooks } from './payment-client.ts';

/** The books of one organisation through xero-node; all its calls share the slots of one caller. */
export function createXeroBooks(access: XeroAccess): XeroBooks {
  const call = createApiCaller(access);
  return {
    ...createContactBooks(call),
    ...createInvoiceBooks(call),
    ...createCreditBooks(call),
    ...createPaymentBooks(call),
    ...createFactBooks(call),
  };
}
