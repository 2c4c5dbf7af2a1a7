import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';

/** Namespace that the functions' Powertools metrics are published under. */
export const METRICS_NAMESPACE = 'GesXeroSync';

/** One of the metrics that the functions publish, of this stage: its `service` dimension is the stack's name. */
export function serviceMetric(stage: Stage, metricName: string, options: { statistic: string; period: Duration }): Metric {
  return new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service: stackName(stage.name) }, ...options });
}
