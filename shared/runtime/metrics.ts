import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Counts, written as CloudWatch embedded metrics the moment they happen: nothing to flush, nothing to lose. */
export interface Counters {
  /** Adds `value` (default 1) to `name`. Dimensions are few and of small range (a reason, never an account id). */
  count(name: string, value?: number, dimensions?: Readonly<Record<string, string>>): void;
}
export interface Durations {
  /** Reports a duration, in seconds. */
  seconds(name: string, value: number): void;
}

/** Names that the functions write and the dashboard and alarms in `lib/` read. Outcome events are counted under their own kind besides. */
export const METRIC = {
  gesEventMalformed: 'GesEventMalformed',
  gesEventDropped: 'GesEventDropped',
  gesEventStored: 'GesEventStored',
  webhookRejected: 'WebhookRejected',
  webhookMalformed: 'WebhookMalformed',
  webhookDropped: 'WebhookDropped',
  webhookStored: 'WebhookStored',
  unexpectedError: 'UnexpectedError',
  /** Seconds; how long the oldest entry of an inbox had waited when its lane was drained. */
  oldestInboxEntryAge: 'OldestInboxEntryAge',
  /** Seconds; how long ago the oldest passed wake-up of a lane was due when the sweep began, 0 when none was. */
  oldestWakeAge: 'OldestWakeAge',
  tokenRefreshFailed: 'TokenRefreshFailed',
} as const;

/** Namespace from POWERTOOLS_METRICS_NAMESPACE, service from POWERTOOLS_SERVICE_NAME. */
export function createCounters(metrics: Metrics = new Metrics()): Counters & Durations {
  return {
    count(name, value = 1, dimensions = {}) {
      const single = metrics.singleMetric();
      for (const [key, text] of Object.entries(dimensions)) single.addDimension(key, text);
      single.addMetric(name, MetricUnit.Count, value);
    },
    seconds(name, value) {
      metrics.singleMetric().addMetric(name, MetricUnit.Seconds, value);
    },
  };
}
