import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC } from '../shared/runtime/metrics.ts';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';

/** Namespace that the functions' Powertools metrics are published under. */
export const METRICS_NAMESPACE = 'GesXeroSync';

/** What the dashboard and the alarms read. */
export const WATCHED = {
  oldestInboxEntryAge: METRIC.oldestInboxEntryAge,
  oldestWakeAge: METRIC.oldestWakeAge,
  recordSynced: 'RecordSynced',
  recordNeedsAttention: 'RecordNeedsAttention',
  tokenRefreshFailed: METRIC.tokenRefreshFailed,
  webhookRejected: METRIC.webhookRejected,
  webhookMalformed: METRIC.webhookMalformed,
  unexpectedError: METRIC.unexpectedError,
  gesEventDropped: METRIC.gesEventDropped,
  gesEventMalformed: METRIC.gesEventMalformed,
} as const;

export type WatchedMetric = (typeof WATCHED)[keyof typeof WATCHED];

/** A metric that the functions publish without dimensions of its own; all have `service`, which is the stack's name. */
export function serviceMetric(stage: Stage, name: WatchedMetric, options: { statistic: string; period: Duration }): Metric {
  return new Metric({ namespace: METRICS_NAMESPACE, metricName: name, dimensionsMap: { service: stackName(stage.name) }, ...options });
}

/** The sum of a metric over whatever dimensions (a reason, say) its single counts carry: a plain metric would find none of them. */
export function serviceTotal(stage: Stage, name: WatchedMetric, period: Duration): MathExpression {
  return new MathExpression({
    label: name,
    expression: `SELECT SUM(${name}) FROM "${METRICS_NAMESPACE}" WHERE service = '${stackName(stage.name)}'`,
    period,
  });
}
