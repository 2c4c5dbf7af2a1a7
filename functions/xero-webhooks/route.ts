import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { header, httpHandler, rawBody, type HttpAnswer, type HttpHandler } from '../../shared/runtime/http.ts';
import { METRIC, type Counters } from '../../shared/runtime/metrics.ts';
import { HttpProblem } from '../../shared/runtime/problem.ts';
import { receiveWebhook, type IngressDeps } from '../../shared/sync/receive.ts';
import type { Log } from '../../shared/sync/ports.ts';
import { readWebhook } from '../../shared/xero/webhook-events.ts';
import { isSignedByXero } from '../../shared/xero/webhook-signature.ts';

export interface WebhookRouteDeps extends IngressDeps {
  /** Undefined until the operator has filled the secret in. */
  readonly webhookKey: () => Promise<string | undefined>;
  readonly log: Log;
  readonly counters: Counters;
}

/** Xero wants an empty body and no cookies with every answer. */
const emptyAnswer = (statusCode: 200 | 401): HttpAnswer => ({ statusCode, body: '' });

/**
 * A signed body that is no batch of events. 400 rather than a polite 200: Xero keeps what we refuse and delivers it again once
 * we can read it (31 days), whereas what we acknowledge is gone until the daily sweep.
 */
const unreadable = (detail: string): HttpProblem =>
  new HttpProblem({ status: 400, code: 'malformed-webhook', title: 'The webhook cannot be read', detail });

/**
 * Answers Xero's webhooks: 401 for a wrong signature, and while there is no key that one could fit, 200 for a right one (also the intent to receive, which has no events),
 * after the news is in the inbox and the lane is rung.
 */
export function createWebhookRoute(deps: WebhookRouteDeps): HttpHandler<APIGatewayProxyEventV2> {
  const { counters } = deps;
  const onUnexpected = (): void => counters.count(METRIC.unexpectedError);
  return httpHandler({ log: deps.log, onUnexpected }, async ({ event, correlationId, log }) => {
    const body = rawBody(event);
    const webhookKey = await deps.webhookKey();
    if (webhookKey === undefined || !isSignedByXero(body, header(event, 'x-xero-signature'), webhookKey)) {
      counters.count(METRIC.webhookRejected);
      return emptyAnswer(401);
    }
    const batch = readWebhook(body.toString('utf8'));
    if (!batch.ok || batch.malformed > 0) counters.count(METRIC.webhookMalformed, batch.ok ? batch.malformed : 1);
    if (!batch.ok) {
      log.warn('webhook cannot be read', { reason: batch.reason });
      throw unreadable(batch.reason);
    }

    const receptions = await receiveWebhook(deps, batch.events, correlationId);
    for (const [reception, number] of receptions) {
      const kept = reception === 'stored' || reception === 'older';
      counters.count(kept ? METRIC.webhookStored : METRIC.webhookDropped, number, { reception });
    }
    const { ignored, malformed } = batch;
    log.info('webhook received', { ...Object.fromEntries(receptions), ignored, malformed });
    return emptyAnswer(200);
  });
}
