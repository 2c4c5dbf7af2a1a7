import type { DocumentContext } from '../documents/context.ts';
import { addHistory } from '../settings/history.ts';
import { announce } from '../webhooks/events.ts';
import type { Payment } from './records.ts';

/** Stores a payment, writes its history and tells the subscribers, as far as PAYMENT events are switched on. */
export function savePayment({ state, now, userName }: DocumentContext, payment: Payment, change: 'Created' | 'Deleted'): Payment {
  const { tenantId, paymentId } = payment;
  addHistory(state, now, `${tenantId}/Payments/${paymentId}`, change, userName, '');
  const type = change === 'Created' ? 'CREATE' : 'UPDATE';
  announce(state, now, { tenantId, category: 'PAYMENT', type, path: 'Payments', resourceId: paymentId });
  return state.payments.put(payment);
}
