import { Duration, Fn } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Ingest } from './ingest.ts';
import type { Lanes } from './lanes.ts';
import { serviceMetric, serviceTotal, WATCHED } from './metrics.ts';
import type { Operations } from './operations.ts';
import type { PublicApi } from './public-api.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';
import { WEBHOOK_ROUTE } from './webhooks.ts';

const FIVE_MINUTES = Duration.minutes(5);
const QUARTER_OF_AN_HOUR = Duration.minutes(15);
/** Below this many records a rate says nothing. */
const ATTENTION_LEAST_RECORDS = 20;

/** Whose metrics are watched. */
export interface WatchedOwners {
  readonly ingest: Ingest;
  readonly lanes: Lanes;
  readonly operations: Operations;
  readonly publicApi: PublicApi;
  readonly xeroWebhooks: ServiceFunction;
  readonly integrationApi: ServiceFunction;
}

/** What the alarms and the dashboard read, and whose it is. */
export interface Watched {
  readonly owners: WatchedOwners;
  readonly metrics: ReturnType<typeof metricsOf>;
}

export function watch(stage: Stage, owners: WatchedOwners): Watched {
  return { owners, metrics: metricsOf(stage, owners) };
}

/** All functions of the stack. */
export function functionsOf({ ingest, lanes, operations, xeroWebhooks, integrationApi }: WatchedOwners): readonly ServiceFunction[] {
  return [ingest.gesEvents, xeroWebhooks, lanes.syncLane, integrationApi, operations.bulkSync, operations.sweep];
}

export function queueDepth(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: FIVE_MINUTES });
}

/** The sum of metrics of which some may have no data: nothing happened there. */
function sumOf(label: string, metrics: readonly IMetric[], period: Duration): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, place) => [`m${String(place)}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ label, expression, usingMetrics, period });
}

function metricsOf(stage: Stage, owners: WatchedOwners) {
  const { ingest, lanes, operations, publicApi, xeroWebhooks, integrationApi } = owners;
  const count = (name: keyof typeof WATCHED) => serviceMetric(stage, WATCHED[name], { statistic: 'Sum', period: QUARTER_OF_AN_HOUR });
  const longest = (name: keyof typeof WATCHED) => serviceMetric(stage, WATCHED[name], { statistic: 'Maximum', period: FIVE_MINUTES });

  const synced = count('recordSynced');
  const attention = count('recordNeedsAttention');
  const allRecords = 'FILL(synced, 0) + FILL(attention, 0)';
  const webhookErrors = publicApi.serverErrors(QUARTER_OF_AN_HOUR, WEBHOOK_ROUTE);
  return {
    synced,
    attention,
    attentionRate: new MathExpression({
      label: 'Records needing attention, %',
      // FILL: a quarter of an hour without one of the two counts 0 of it; without FILL there would be no rate at all.
      expression: `IF(${allRecords} >= ${ATTENTION_LEAST_RECORDS}, 100 * FILL(attention, 0) / (${allRecords}), 0)`,
      usingMetrics: { synced, attention },
      period: QUARTER_OF_AN_HOUR,
    }),
    oldestEntry: longest('oldestInboxEntryAge'),
    oldestWake: longest('oldestWakeAge'),
    oldestDoorbell: lanes.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: FIVE_MINUTES }),
    laneErrors: lanes.syncLane.handler.metricErrors({ period: FIVE_MINUTES }),
    laneDuration: lanes.syncLane.handler.metricDuration({ statistic: 'p95', period: FIVE_MINUTES }),
    drainsAtOnce: lanes.syncLane.handler.metric('ConcurrentExecutions', { statistic: 'Maximum', period: FIVE_MINUTES }),
    doorbells: lanes.queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
    sweeps: operations.sweep.handler.metricInvocations({ period: FIVE_MINUTES }),
    throttles: sumOf(
      'Starts of functions that AWS refused',
      functionsOf(owners).map(({ handler }) => handler.metricThrottles({ period: FIVE_MINUTES })),
      FIVE_MINUTES,
    ),
    tokenFailures: count('tokenRefreshFailed'),
    webhookRejections: serviceTotal(stage, WATCHED.webhookRejected, QUARTER_OF_AN_HOUR),
    webhookMalformed: count('webhookMalformed'),
    webhookErrors,
    webhookAnswer: xeroWebhooks.handler.metricDuration({ statistic: 'p95', period: FIVE_MINUTES }),
    apiLatency: publicApi.api.metricLatency({ statistic: 'p95', period: FIVE_MINUTES }),
    apiErrors: new MathExpression({
      label: 'Answers 5xx of the Integration API',
      expression: 'FILL(all, 0) - FILL(webhooks, 0)',
      usingMetrics: { all: publicApi.serverErrors(QUARTER_OF_AN_HOUR), webhooks: webhookErrors },
      period: QUARTER_OF_AN_HOUR,
    }),
    apiCrashes: integrationApi.handler.metricErrors({ period: FIVE_MINUTES }),
    unexpectedErrors: count('unexpectedError'),
    /** Lambda: events given up, and failures to put them aside. EventBridge: what it could not put into the dead-letter queue. */
    droppedEvents: sumOf(
      'GES events dropped by AWS',
      [
        ingest.gesEvents.handler.metric('AsyncEventsDropped', { statistic: 'Sum', period: FIVE_MINUTES }),
        ingest.gesEvents.handler.metric('DestinationDeliveryFailures', { statistic: 'Sum', period: FIVE_MINUTES }),
        // The name of a rule on a bus of its own is told by its ARN alone: its Ref has the bus before it.
        new Metric({
          namespace: 'AWS/Events',
          metricName: 'InvocationsFailedToBeSentToDlq',
          dimensionsMap: { EventBusName: ingest.bus.eventBusName, RuleName: Fn.select(2, Fn.split('/', ingest.rule.ruleArn)) },
          statistic: 'Sum',
          period: FIVE_MINUTES,
        }),
      ],
      FIVE_MINUTES,
    ),
    eventsDropped: serviceTotal(stage, WATCHED.gesEventDropped, FIVE_MINUTES),
    eventsMalformed: serviceTotal(stage, WATCHED.gesEventMalformed, FIVE_MINUTES),
  };
}
