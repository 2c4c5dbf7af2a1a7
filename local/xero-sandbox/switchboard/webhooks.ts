import { z } from 'zod';
import { jsonAnswer, type Effect, type SandboxAnswer } from '../core/messages.ts';
import { LOCAL_APP } from '../seed/apps.ts';
import type { Subscription } from '../webhooks/records.ts';
import { bodyOf, refuse, type Lever, type Pull } from './context.ts';

const APP = z.strictObject({ clientId: z.string().optional() });

function subscriptionOf({ exchange }: Pull, clientId: string | undefined): Subscription {
  const { subscriptions } = exchange.state;
  const found = subscriptions.get(clientId ?? LOCAL_APP.clientId);
  if (found === undefined) throw refuse(404, `There is no webhook subscription of ${clientId ?? LOCAL_APP.clientId}.`);
  return found;
}

function list({ exchange: { state } }: Pull): SandboxAnswer {
  return jsonAnswer(
    200,
    [...state.subscriptions.values()].map(({ key: _key, ...subscription }) => ({
      ...subscription,
      waiting: state.webhookEvents.by('app', subscription.clientId).length,
    })),
  );
}

/** What a developer does with webhooks in Xero's portal. */
export const WEBHOOK_LEVERS: readonly Lever[] = [
  { method: 'GET', pattern: 'webhooks', does: 'the subscriptions, their state and the number of waiting events', pull: list },
  {
    method: 'GET',
    pattern: 'webhooks/deliveries',
    does: 'the last 200 deliveries, newest first, with their events and how they were answered',
    pull: ({ deliveries }) => jsonAnswer(200, deliveries.log.recent()),
  },
  {
    method: 'POST',
    pattern: 'webhooks/validate',
    does: 'run the intent-to-receive check and re-enable: { clientId?, url? }; look at GET webhooks for the outcome',
    pull: (pull): { answer: SandboxAnswer; effects: Effect[] } => {
      const { clientId, url } = bodyOf(pull, APP.extend({ url: z.url().optional() }));
      const subscription = subscriptionOf(pull, clientId);
      if (url !== undefined) pull.exchange.state.subscriptions.put({ ...subscription, url });
      return { effects: pull.deliveries.validate(subscription.clientId, pull.exchange.now), answer: list(pull) };
    },
  },
  {
    method: 'POST',
    pattern: 'webhooks/retry-now',
    does: 'do not wait for the next try of a failing delivery: { clientId? }',
    pull: (pull) => {
      const subscription = subscriptionOf(pull, bodyOf(pull, APP).clientId);
      pull.exchange.state.subscriptions.put({ ...subscription, retryAt: undefined });
      return list(pull);
    },
  },
];
