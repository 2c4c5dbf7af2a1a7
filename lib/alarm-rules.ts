import { Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { functionLinks, functionsLink, queueLink } from './console-links.ts';
import type { Watched } from './watched-metrics.ts';
import { queueDepth } from './watched-metrics.ts';

/** News older than this, in seconds, means a lane is stuck: ordinary news takes seconds, a bulk run waits on its run, not here. */
const OLDEST_ENTRY_LIMIT_S = 15 * 60;
/** A doorbell may be sent 15 minutes ahead, and one whose drain failed is hidden for 30: whatever is older is not taken at all. */
const OLDEST_DOORBELL_LIMIT_S = 50 * 60;
/** The sweep rings each minute, a drain has 5 minutes: a wake-up that passed longer ago was rung in vain. */
const OLDEST_WAKE_LIMIT_S = 10 * 60;
const ATTENTION_LIMIT_PERCENT = 20;
const TOKEN_FAILURES_LIMIT = 3;
/** Above what Xero's intent-to-receive check sends on purpose. */
const WEBHOOK_REJECTIONS_LIMIT = 10;
/** One may be a passing fault of AWS, and Xero delivers it again. */
const WEBHOOK_ERRORS_LIMIT = 3;
const UNEXPECTED_ERRORS_LIMIT = 3;
/** Above single people who meet a Xero that is down. */
const API_ERRORS_LIMIT = 20;
/** Half of the 5 s that Xero waits. */
const WEBHOOK_ANSWER_LIMIT_MS = 2500;
const API_LATENCY_LIMIT_MS = 3000;

/** What sets an alarm off, and where its reader should look. */
export interface AlarmRule {
  /** Also the heading of the runbook that says what to do. */
  readonly id: string;
  /** Plain sentences: what is wrong, and what users notice of it. */
  readonly whatIsWrong: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Links into the AWS console: queue, function, logs. */
  readonly lookAt: readonly string[];
  /** Default: at the threshold or above. */
  readonly comparison?: ComparisonOperator;
  /** Periods in a row; default 1. */
  readonly periods?: number;
  /** Default not breaching: queues and our own metrics fall silent when there is nothing to count, which is good. */
  readonly missingData?: TreatMissingData;
}

/** Every alarm of the stack. */
export function alarmRules(watched: Watched): readonly AlarmRule[] {
  return [
    ...laneRules(watched),
    ...tokenAndRecordRules(watched),
    ...webhookRules(watched),
    ...apiRules(watched),
    ...deliveryRules(watched),
  ];
}

function laneRules({ metrics, owners }: Watched): readonly AlarmRule[] {
  const lane = functionLinks('sync-lane', owners.lanes.syncLane);
  const sweep = functionLinks('sweep', owners.operations.sweep);
  const queue = queueLink(owners.lanes.queue);
  return [
    {
      id: 'OldestInboxEntry',
      whatIsWrong:
        'News has been waiting in an inbox for more than 15 minutes: the changes of at least one account do not reach the other side.',
      metric: metrics.oldestEntry,
      threshold: OLDEST_ENTRY_LIMIT_S,
      periods: 2,
      lookAt: [queue, lane],
    },
    {
      id: 'OldestDoorbell',
      whatIsWrong: 'A doorbell has been in the lane queue for more than 50 minutes: sync-lane does not take doorbells, or fails at them.',
      metric: metrics.oldestDoorbell,
      threshold: OLDEST_DOORBELL_LIMIT_S,
      lookAt: [queue, lane],
    },
    {
      id: 'LanesOverdue',
      whatIsWrong: 'The wake-up of a lane passed more than 10 minutes ago, and no drain has dealt with it: the sweep rings in vain.',
      metric: metrics.oldestWake,
      threshold: OLDEST_WAKE_LIMIT_S,
      periods: 2,
      lookAt: [queue, lane],
    },
    {
      id: 'LaneErrors',
      whatIsWrong: 'sync-lane ends with errors again and again: drains are cut short and lanes fall behind.',
      metric: metrics.laneErrors,
      threshold: 5,
      periods: 2,
      lookAt: [queue, lane],
    },
    {
      id: 'SweepSilent',
      whatIsWrong: 'The sweep has not run for five minutes: lanes that wait are not woken, unfinished token refreshes are not finished.',
      metric: metrics.sweeps,
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      missingData: TreatMissingData.BREACHING,
      lookAt: [queueLink(owners.operations.deadLetters), sweep],
    },
    {
      id: 'FunctionThrottles',
      whatIsWrong: 'AWS refused to start functions, because the concurrency of the AWS account or of xero-webhooks is used up.',
      metric: metrics.throttles,
      threshold: 1,
      periods: 2,
      lookAt: [functionsLink(Stack.of(owners.lanes))],
    },
  ];
}

function tokenAndRecordRules({ metrics, owners }: Watched): readonly AlarmRule[] {
  const lane = functionLinks('sync-lane', owners.lanes.syncLane);
  return [
    {
      id: 'AttentionRate',
      whatIsWrong: `More than ${ATTENTION_LIMIT_PERCENT} % of the records processed in a quarter of an hour need a person's attention: rather a fault of ours or of Xero than of the users.`,
      metric: metrics.attentionRate,
      threshold: ATTENTION_LIMIT_PERCENT,
      lookAt: [lane],
    },
    {
      id: 'TokenFailures',
      whatIsWrong:
        'Xero refuses or does not answer token refreshes: the accounts concerned cannot sync, and a token that stays unrefreshed means that their users must connect again.',
      metric: metrics.tokenFailures,
      threshold: TOKEN_FAILURES_LIMIT,
      lookAt: [lane, functionLinks('sweep', owners.operations.sweep)],
    },
  ];
}

function webhookRules({ metrics, owners }: Watched): readonly AlarmRule[] {
  const lookAt = [functionLinks('xero-webhooks', owners.xeroWebhooks)];
  return [
    {
      id: 'WebhookRejections',
      whatIsWrong:
        'Webhooks arrive with a wrong signature: the webhook key may be out of date, so that real news from Xero is refused, or somebody else sends requests.',
      metric: metrics.webhookRejections,
      threshold: WEBHOOK_REJECTIONS_LIMIT,
      lookAt,
    },
    {
      id: 'WebhookMalformed',
      whatIsWrong:
        'Webhooks with a right signature cannot be read: Xero may have changed their format. It sends them again for 24 hours, then stops.',
      metric: metrics.webhookMalformed,
      threshold: 1,
      lookAt,
    },
    {
      id: 'WebhookErrors',
      whatIsWrong:
        'Webhooks are answered with a server error (5xx, time-out, throttled): their news is not in the inbox. Xero sends them again for 24 hours, then stops.',
      metric: metrics.webhookErrors,
      threshold: WEBHOOK_ERRORS_LIMIT,
      lookAt,
    },
    {
      id: 'WebhookAnswerTime',
      whatIsWrong:
        'One webhook in twenty takes more than 2.5 s to answer: Xero gives up after 5 s, retries, and after 24 h of failures stops sending.',
      metric: metrics.webhookAnswer,
      threshold: WEBHOOK_ANSWER_LIMIT_MS,
      periods: 3,
      lookAt,
    },
  ];
}

function apiRules({ metrics, owners }: Watched): readonly AlarmRule[] {
  const api = functionLinks('integration-api', owners.integrationApi);
  return [
    {
      id: 'ApiLatency',
      whatIsWrong: 'One request in twenty to the HTTP API takes more than 3 s: the settings page feels stuck.',
      metric: metrics.apiLatency,
      threshold: API_LATENCY_LIMIT_MS,
      periods: 3,
      lookAt: [api],
    },
    {
      id: 'ApiServerErrors',
      whatIsWrong:
        'The Integration API answers 5xx again and again: users see errors on the settings page, from us, from Xero behind us, or because the function does not start.',
      metric: metrics.apiErrors,
      threshold: API_ERRORS_LIMIT,
      lookAt: [api],
    },
    {
      id: 'ApiCrashes',
      whatIsWrong: 'integration-api crashes, does not start or runs out of time: users cannot connect or save.',
      metric: metrics.apiCrashes,
      threshold: 1,
      lookAt: [api],
    },
    {
      id: 'UnexpectedErrors',
      whatIsWrong: 'Requests to the HTTP API end in an error of ours (500): users cannot connect or save, or Xero cannot deliver webhooks.',
      metric: metrics.unexpectedErrors,
      threshold: UNEXPECTED_ERRORS_LIMIT,
      lookAt: [api, functionLinks('xero-webhooks', owners.xeroWebhooks)],
    },
  ];
}

function deliveryRules({ metrics, owners }: Watched): readonly AlarmRule[] {
  const { ingest, lanes, operations } = owners;
  const events = functionLinks('ges-events', ingest.gesEvents);
  const deadLetters = (id: string, queue: Queue, whatIsWrong: string, more: string): AlarmRule => ({
    id,
    whatIsWrong,
    metric: queueDepth(queue),
    threshold: 1,
    lookAt: [queueLink(queue), more],
  });
  return [
    {
      id: 'EventsDropped',
      whatIsWrong:
        'AWS gave GES events up without handing them to ges-events, or could not put them aside either: those changes may be nowhere but in the archive.',
      metric: metrics.droppedEvents,
      threshold: 1,
      lookAt: [queueLink(ingest.deadLetters), events],
    },
    deadLetters(
      'EventDeadLetters',
      ingest.deadLetters,
      'GES events were not delivered or do not fit the schema: those changes are not in the inbox.',
      events,
    ),
    deadLetters(
      'LaneDeadLetters',
      lanes.deadLetters,
      'Doorbells failed five times: the drain of an account keeps failing.',
      functionLinks('sync-lane', lanes.syncLane),
    ),
    deadLetters(
      'OperationsDeadLetters',
      operations.deadLetters,
      'The sweep or a bulk-sync invocation failed.',
      functionLinks('sweep', operations.sweep),
    ),
  ];
}
