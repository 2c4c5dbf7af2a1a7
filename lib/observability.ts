import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, AlarmStatusWidget, ComparisonOperator, Dashboard, GraphWidget, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AlarmRule } from './alarm-rules.ts';
import { alarmRules } from './alarm-rules.ts';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';
import type { Watched, WatchedOwners } from './watched-metrics.ts';
import { functionsOf, queueDepth, watch } from './watched-metrics.ts';

/** Where an alarm sends its reader: the heading there is the alarm's id. */
const RUNBOOK = 'docs/runbook.md';

export interface ObservabilityProps extends WatchedOwners {
  readonly stage: Stage;
}

/** The dashboard, the alarms and the topic that carries them to the operators of the stage. */
export class Observability extends Construct {
  /** By the id of their rule. */
  readonly alarms: ReadonlyMap<string, Alarm>;
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage, ...owners }: ObservabilityProps) {
    super(scope, id);
    this.topic = this.addTopic(stage);
    const watched = watch(stage, owners);
    this.alarms = new Map(alarmRules(watched).map((rule) => [rule.id, this.addAlarm(rule)]));
    this.addDashboard(stage, watched);
  }

  private addTopic(stage: Stage): Topic {
    const topic = new Topic(this, 'AlarmTopic', { displayName: `GES-Xero sync ${stage.name}`, enforceSSL: true });
    // A topic policy replaces the default one that lets CloudWatch publish: with the TLS statement alone no alarm would arrive.
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
    );
    for (const address of stage.alarmEmails) {
      const subscription = topic.addSubscription(new EmailSubscription(address));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'A mail about an alarm is worth nothing when it arrives hours late: the state of the alarm stays on the dashboard.',
      });
    }
    return topic;
  }

  private addAlarm(rule: AlarmRule): Alarm {
    const alarm = new Alarm(this, rule.id, {
      alarmDescription: `${rule.whatIsWrong} What to do: ${RUNBOOK}, heading "${rule.id}". Look at: ${rule.lookAt.join(', ')}.`,
      metric: rule.metric,
      threshold: rule.threshold,
      comparisonOperator: rule.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: rule.periods ?? 1,
      treatMissingData: rule.missingData ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    return alarm;
  }

  private addDashboard(stage: Stage, { metrics, owners }: Watched): void {
    const { ingest, lanes, operations } = owners;
    const period = Duration.minutes(5);
    const rows = [
      [
        graph('Oldest: inbox entry, overdue lane, doorbell (s)', metrics.oldestEntry, metrics.oldestWake, metrics.oldestDoorbell),
        graph('Records', metrics.synced, metrics.attention),
        graph('Attention rate (%)', metrics.attentionRate),
      ],
      [
        graph('Token refresh failures', metrics.tokenFailures),
        graph('Webhooks refused', metrics.webhookRejections, metrics.webhookMalformed, metrics.webhookErrors),
        graph('GES events dropped and malformed', metrics.eventsDropped, metrics.eventsMalformed, metrics.droppedEvents),
      ],
      [
        graph('Latency p95 (ms)', metrics.webhookAnswer, metrics.apiLatency),
        graph('Drain duration p95 (ms)', metrics.laneDuration),
        graph('Drains at once', metrics.drainsAtOnce),
      ],
      [
        graph('Doorbells waiting', metrics.doorbells),
        graph('Dead letters', ...[ingest, lanes, operations].map((owner) => queueDepth(owner.deadLetters))),
        graph('Function errors', ...functionsOf(owners).map(({ handler }) => handler.metricErrors({ period }))),
      ],
      [
        graph('Function throttles', ...functionsOf(owners).map(({ handler }) => handler.metricThrottles({ period }))),
        graph('Integration API: 5xx, crashes', metrics.apiErrors, metrics.apiCrashes),
      ],
    ];
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: stackName(stage.name), defaultInterval: Duration.hours(12) });
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...this.alarms.values()], width: 24, height: 4 }));
    for (const row of rows) dashboard.addWidgets(...row);
  }
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
}
