import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Ingest } from './ingest.ts';
import type { Lanes } from './lanes.ts';
import { serviceMetric, serviceTotal, WATCHED } from './metrics.ts';
import type { Operations } from './operations.ts';
import type { PublicApi } from './public-api.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';
import { WEBHOOK_ROUTE } from './webhooks.ts';

/** Where an alarm sends its reader: the heading there is the alarm's id. */
const RUNBOOK = 'docs/runbook.md';
const FIVE_MINUTES = Duration.minutes(5);
const QUARTER_OF_AN_HOUR = Duration.minutes(15);

/** News older than this, in seconds, means a lane is stuck: ordinary news takes seconds, a bulk run waits on its run, not here. */
const OLDEST_ENTRY_LIMIT_S = 15 * 60;
const ATTENTION_LIMIT_PERCENT = 20;
/** Below this many records a rate says nothing. */
const ATTENTION_LEAST_RECORDS = 20;
const TOKEN_FAILURES_LIMIT = 3;
/** Above what Xero's intent-to-receive check sends on purpose. */
const WEBHOOK_REJECTIONS_LIMIT = 10;
/** One may be a passing fault of AWS, and Xero delivers it again. */
const WEBHOOK_ERRORS_LIMIT = 3;
const UNEXPECTED_ERRORS_LIMIT = 3;
/** Half of the 5 s that Xero waits. */
const WEBHOOK_ANSWER_LIMIT_MS = 2500;
const API_LATENCY_LIMIT_MS = 3000;

export interface ObservabilityProps {
  readonly stage: Stage;
  readonly ingest: Ingest;
  readonly lanes: Lanes;
  readonly operations: Operations;
  readonly publicApi: PublicApi;
  readonly xeroWebhooks: ServiceFunction;
  readonly integrationApi: ServiceFunction;
}

interface AlarmRule {
  /** Plain sentences: what is wrong, and what users notice of it. */
  readonly whatIsWrong: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Default: at the threshold or above. */
  readonly comparison?: ComparisonOperator;
  /** Periods in a row; default 1. */
  readonly periods?: number;
  /** Default not breaching: queues and our own metrics fall silent when there is nothing to count, which is good. */
  readonly missingData?: TreatMissingData;
}

/** The dashboard, the alarms and the topic that carries them to the operators of the stage. */
export class Observability extends Construct {
  private readonly topic: Topic;
  private readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { stage, ingest, lanes, operations, publicApi, xeroWebhooks, integrationApi } = props;

    this.topic = new Topic(this, 'AlarmTopic', { displayName: `GES-Xero sync ${stage.name}`, enforceSSL: true });
    // A topic policy replaces the default one that lets CloudWatch publish: with the TLS statement alone no alarm would arrive.
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
    );
    for (const address of stage.alarmEmails) {
      const subscription = this.topic.addSubscription(new EmailSubscription(address));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'A mail about an alarm is worth nothing when it arrives hours late: the state of the alarm stays on the dashboard.',
      });
    }

    const synced = serviceMetric(stage, WATCHED.recordSynced, { statistic: 'Sum', period: QUARTER_OF_AN_HOUR });
    const attention = serviceMetric(stage, WATCHED.recordNeedsAttention, { statistic: 'Sum', period: QUARTER_OF_AN_HOUR });
    const allRecords = 'FILL(synced, 0) + FILL(attention, 0)';
    const attentionRate = new MathExpression({
      label: 'Records needing attention, %',
      // FILL: a quarter of an hour without one of the two counts 0 of it; without FILL there would be no rate at all.
      expression: `IF(${allRecords} >= ${ATTENTION_LEAST_RECORDS}, 100 * FILL(attention, 0) / (${allRecords}), 0)`,
      usingMetrics: { synced, attention },
      period: QUARTER_OF_AN_HOUR,
    });
    const oldestEntry = serviceMetric(stage, WATCHED.oldestInboxEntryAge, { statistic: 'Maximum', period: FIVE_MINUTES });
    const tokenFailures = serviceMetric(stage, WATCHED.tokenRefreshFailed, { statistic: 'Sum', period: QUARTER_OF_AN_HOUR });
    const webhookRejections = serviceTotal(stage, WATCHED.webhookRejected, QUARTER_OF_AN_HOUR);
    const webhookMalformed = serviceMetric(stage, WATCHED.webhookMalformed, { statistic: 'Sum', period: QUARTER_OF_AN_HOUR });
    const webhookErrors = publicApi.serverErrors(WEBHOOK_ROUTE, QUARTER_OF_AN_HOUR);
    const unexpectedErrors = serviceMetric(stage, WATCHED.unexpectedError, { statistic: 'Sum', period: QUARTER_OF_AN_HOUR });
    const webhookAnswer = xeroWebhooks.handler.metricDuration({ statistic: 'p95', period: FIVE_MINUTES });
    const apiLatency = publicApi.api.metricLatency({ statistic: 'p95', period: FIVE_MINUTES });
    const laneErrors = lanes.syncLane.handler.metricErrors({ period: FIVE_MINUTES });
    const sweeps = operations.sweep.handler.metricInvocations({ period: FIVE_MINUTES });

    this.addAlarm('OldestInboxEntry', {
      whatIsWrong:
        'News has been waiting in an inbox for more than 15 minutes: the changes of at least one account do not reach the other side.',
      metric: oldestEntry,
      threshold: OLDEST_ENTRY_LIMIT_S,
      periods: 2,
    });
    this.addAlarm('AttentionRate', {
      whatIsWrong: `More than ${ATTENTION_LIMIT_PERCENT} % of the records processed in a quarter of an hour need a person's attention: rather a fault of ours or of Xero than of the users.`,
      metric: attentionRate,
      threshold: ATTENTION_LIMIT_PERCENT,
    });
    this.addAlarm('TokenFailures', {
      whatIsWrong:
        'Xero refuses or does not answer token refreshes: the accounts concerned cannot sync, and a token that stays unrefreshed means that their users must connect again.',
      metric: tokenFailures,
      threshold: TOKEN_FAILURES_LIMIT,
    });
    this.addAlarm('WebhookRejections', {
      whatIsWrong:
        'Webhooks arrive with a wrong signature: the webhook key may be out of date, so that real news from Xero is refused, or somebody else sends requests.',
      metric: webhookRejections,
      threshold: WEBHOOK_REJECTIONS_LIMIT,
    });
    this.addAlarm('WebhookMalformed', {
      whatIsWrong:
        'Webhooks with a right signature cannot be read: Xero may have changed their format. It sends them again for 24 hours, then stops.',
      metric: webhookMalformed,
      threshold: 1,
    });
    this.addAlarm('WebhookErrors', {
      whatIsWrong:
        'Webhooks are answered with a server error (500, time-out, throttled): their news is not in the inbox. Xero sends them again for 24 hours, then stops.',
      metric: webhookErrors,
      threshold: WEBHOOK_ERRORS_LIMIT,
    });
    this.addAlarm('WebhookAnswerTime', {
      whatIsWrong:
        'One webhook in twenty takes more than 2.5 s to answer: Xero gives up after 5 s, retries, and after 24 h of failures stops sending.',
      metric: webhookAnswer,
      threshold: WEBHOOK_ANSWER_LIMIT_MS,
      periods: 3,
    });
    this.addAlarm('ApiLatency', {
      whatIsWrong: 'One request in twenty to the HTTP API takes more than 3 s: the settings page feels stuck.',
      metric: apiLatency,
      threshold: API_LATENCY_LIMIT_MS,
      periods: 3,
    });
    this.addAlarm('UnexpectedErrors', {
      whatIsWrong: 'Requests to the HTTP API end in an error of ours (500): users cannot connect or save, or Xero cannot deliver webhooks.',
      metric: unexpectedErrors,
      threshold: UNEXPECTED_ERRORS_LIMIT,
    });
    this.addAlarm('LaneErrors', {
      whatIsWrong: 'sync-lane ends with errors again and again: drains are cut short and lanes fall behind.',
      metric: laneErrors,
      threshold: 5,
      periods: 2,
    });
    this.addAlarm('SweepSilent', {
      whatIsWrong: 'The sweep has not run for five minutes: lanes that wait are not woken, unfinished token refreshes are not finished.',
      metric: sweeps,
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      missingData: TreatMissingData.BREACHING,
    });
    this.addDeadLetterAlarm(
      'EventDeadLetters',
      ingest.deadLetters,
      'GES events were not delivered or do not fit the schema: those changes are not in the inbox.',
    );
    this.addDeadLetterAlarm('LaneDeadLetters', lanes.deadLetters, 'Doorbells failed five times: the drain of an account keeps failing.');
    this.addDeadLetterAlarm('OperationsDeadLetters', operations.deadLetters, 'The sweep or a bulk-sync invocation failed.');

    this.addDashboard(stage, [
      [graph('Oldest inbox entry (s)', oldestEntry), graph('Records', synced, attention), graph('Attention rate (%)', attentionRate)],
      [
        graph('Token refresh failures', tokenFailures),
        graph('Webhooks refused', webhookRejections, webhookMalformed, webhookErrors),
        graph(
          'GES events dropped and malformed',
          serviceTotal(stage, WATCHED.gesEventDropped, FIVE_MINUTES),
          serviceTotal(stage, WATCHED.gesEventMalformed, FIVE_MINUTES),
        ),
      ],
      [
        graph('Latency p95 (ms)', webhookAnswer, apiLatency),
        graph('Drain duration p95 (ms)', lanes.syncLane.handler.metricDuration({ statistic: 'p95', period: FIVE_MINUTES })),
        graph('Drains at once', lanes.syncLane.handler.metric('ConcurrentExecutions', { statistic: 'Maximum', period: FIVE_MINUTES })),
      ],
      [
        graph('Doorbells waiting', lanes.queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES })),
        graph('Dead letters', ...[ingest, lanes, operations].map((owner) => depth(owner.deadLetters))),
        graph(
          'Function errors',
          ...[ingest.gesEvents, xeroWebhooks, lanes.syncLane, integrationApi, operations.bulkSync, operations.sweep].map((fn) =>
            fn.handler.metricErrors({ period: FIVE_MINUTES }),
          ),
        ),
      ],
    ]);
  }

  private addAlarm(id: string, rule: AlarmRule): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${rule.whatIsWrong} What to do: ${RUNBOOK}, heading "${id}".`,
      metric: rule.metric,
      threshold: rule.threshold,
      comparisonOperator: rule.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: rule.periods ?? 1,
      treatMissingData: rule.missingData ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }

  private addDeadLetterAlarm(id: string, queue: Queue, whatIsWrong: string): void {
    this.addAlarm(id, { whatIsWrong: `${whatIsWrong} The queue: ${queue.queueName}.`, metric: depth(queue), threshold: 1 });
  }

  private addDashboard(stage: Stage, rows: readonly GraphWidget[][]): void {
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: stackName(stage.name), defaultInterval: Duration.hours(12) });
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: this.alarms, width: 24, height: 4 }));
    for (const row of rows) dashboard.addWidgets(...row);
  }
}

function depth(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: FIVE_MINUTES });
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
}
