import { z } from 'zod';
import { parseDocumentDate } from '../api/dates.ts';
import { ElementInvalid } from '../api/problems.ts';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import type { DocumentContext } from '../documents/context.ts';
import { MONEY_PLACES, scaled } from '../documents/decimal.ts';
import { findInvoice } from '../invoices/invoice-writes.ts';
import type { Invoice } from '../invoices/records.ts';
import { userOf } from './contacts-as-user.ts';
import { organisationOf, refuse, type Pull } from './context.ts';

/** Organisation and user that a body may name. */
export const TARGET = { tenantId: z.string().optional(), user: z.string().optional() };
/** A body that holds an element as in the API. */
export const DOCUMENT = z.looseObject(TARGET);
/** YYYY-MM-DD, as UTC midnight. */
export const DATE = z
  .string()
  .refine((text) => parseDocumentDate(text) !== undefined, 'must be YYYY-MM-DD')
  .transform((text) => parseDocumentDate(text) ?? 0);
/** Pounds. */
export const AMOUNT = z.number().positive();

/** A person at work on documents; prices are entered with 4 places. */
export function contextOf(pull: Pull, { tenantId, user }: { tenantId?: string | undefined; user?: string | undefined }): DocumentContext {
  const { state, now } = pull.exchange;
  const { givenName, familyName, role } = userOf(pull, user);
  const userName = `${givenName} ${familyName}`;
  return { state, organisation: organisationOf(pull, tenantId), now, userName, role, clientId: undefined, unitPlaces: 4 };
}

/** What a screen would say becomes a 400 with the messages. */
export function shown(work: () => object): SandboxAnswer {
  try {
    return jsonAnswer(200, work());
  } catch (error) {
    if (error instanceof ElementInvalid) throw refuse(400, error.messages.join(' '));
    throw error;
  }
}

export function invoiceOf({ state, organisation }: DocumentContext, invoiceId: string): Invoice {
  const invoice = findInvoice(state, organisation.tenantId, invoiceId);
  if (invoice === undefined) throw refuse(404, `There is no invoice ${invoiceId} in this organisation.`);
  return invoice;
}

/** Pounds as pence, or what is meant when none were sent. */
export function pence(sent: number | undefined, otherwise: number): number {
  return sent === undefined ? otherwise : scaled(sent, MONEY_PLACES);
}
