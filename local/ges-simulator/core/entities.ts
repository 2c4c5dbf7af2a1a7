import { changeCustomer, createCustomer, removeCustomer } from './customers.ts';
import { changeInvoice, createInvoice, removeInvoice } from './invoices.ts';
import { changePayment, createPayment, removePayment } from './payments.ts';
import type { RecordType, SnapshotOf } from './records.ts';
import type { WriteContext } from './saving.ts';

/** What can be done with one type of record. Each stores its result and raises the events. @throws Problem */
export interface Entity<S> {
  create(context: WriteContext, body: unknown): S;
  change(context: WriteContext, current: S, body: unknown): S;
  remove(context: WriteContext, current: S): void;
}

export const ENTITIES: { readonly [T in RecordType]: Entity<SnapshotOf[T]> } = {
  customer: { create: createCustomer, change: changeCustomer, remove: removeCustomer },
  invoice: { create: createInvoice, change: changeInvoice, remove: removeInvoice },
  payment: { create: createPayment, change: changePayment, remove: removePayment },
};
