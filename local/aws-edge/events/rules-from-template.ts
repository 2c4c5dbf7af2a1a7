import { z } from 'zod';
import type { StackResource, StackTemplate } from '../template/stack-template.ts';
import type { EventMatcher } from './event-pattern.ts';
import { compilePattern } from './event-pattern.ts';

const bus = { Name: z.string() };
const busIgnored = {
  Description: '',
  KmsKeyIdentifier: 'encryption at rest',
  DeadLetterConfig: 'dead-letter queue of the bus',
  LogConfig: 'bus logs',
  Policy: 'permissions: every caller may do everything',
  Tags: '',
};

/** Retry policy and DLQ of a target only matter where EventBridge cannot reach Lambda's queue, which cannot happen here. */
const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  RetryPolicy: z
    .strictObject({ MaximumRetryAttempts: z.coerce.number().optional(), MaximumEventAgeInSeconds: z.coerce.number().optional() })
    .optional(),
});

const rule = {
  Name: z.string().optional(),
  EventBusName: z.string().optional(),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(target).default([]),
};
const ruleIgnored = { Description: '', RoleArn: '', Tags: '' };

const schedule = {
  Name: z.string().optional(),
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  Target: z.strictObject({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
    RetryPolicy: z
      .strictObject({ MaximumRetryAttempts: z.coerce.number().optional(), MaximumEventAgeInSeconds: z.coerce.number().optional() })
      .optional(),
  }),
};
const scheduleIgnored = { Description: '', ScheduleExpressionTimezone: '', GroupName: '', KmsKeyArn: 'encryption at rest' };

export interface RuleTarget {
  readonly functionName: string;
  /** A constant event in place of the matched one, as JSON text. */
  readonly input: string | undefined;
}

export interface EventRule {
  readonly name: string;
  readonly busName: string;
  readonly matches: EventMatcher;
  readonly targets: readonly RuleTarget[];
}

export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly intervalMs: number;
  readonly targets: readonly RuleTarget[];
}

export interface EventsDefinition {
  /** Names of the buses, the account's own `default` first. */
  readonly buses: readonly string[];
  readonly rules: readonly EventRule[];
  readonly schedules: readonly Schedule[];
}

/** The template's buses, rules and schedules. Throws, naming the rule, for a target or operator that is not emulated. */
export function eventsFromTemplate(template: StackTemplate): EventsDefinition {
  const buses = template.ofType('AWS::Events::EventBus').map((resource) => template.read(resource, bus, busIgnored).Name);
  const rules: EventRule[] = [];
  const schedules: Schedule[] = [];
  for (const resource of template.ofType('AWS::Events::Rule')) {
    const properties = template.read(resource, rule, ruleIgnored);
    if (properties.State === 'DISABLED') {
      template.note(resource, 'nothing: the rule is disabled');
      continue;
    }
    const targets = properties.Targets.map((item) => {
      if (item.DeadLetterConfig !== undefined)
        template.note(resource, 'dead-letter queue of the target: delivery into the function’s asynchronous queue cannot fail here');
      return functionTarget(template, resource, item);
    });
    if (properties.ScheduleExpression !== undefined) {
      schedules.push({
        name: resource.name,
        arn: resource.arn,
        intervalMs: rateMs(properties.ScheduleExpression, resource.label),
        targets,
      });
    }
    if (properties.EventPattern !== undefined) {
      rules.push({
        name: resource.name,
        busName: busName(properties.EventBusName),
        matches: compilePattern(properties.EventPattern, resource.label),
        targets,
      });
    }
  }
  for (const resource of template.ofType('AWS::Scheduler::Schedule')) {
    const { State, ScheduleExpression, Target } = template.read(resource, schedule, scheduleIgnored);
    if (State === 'DISABLED') continue;
    schedules.push({
      name: resource.name,
      arn: resource.arn,
      intervalMs: rateMs(ScheduleExpression, resource.label),
      targets: [functionTarget(template, resource, { ...Target, Input: Target.Input ?? '{}' })],
    });
  }
  return { buses: ['default', ...buses], rules, schedules };
}

/** The bus a rule or an entry means: a name or an ARN, `default` when it names none. */
export function busName(reference: string | undefined): string {
  return reference?.replace(/^arn:aws:events:[^:]*:\d*:event-bus\//, '') ?? 'default';
}

function functionTarget(
  template: StackTemplate,
  resource: StackResource,
  { Arn, Input }: { Arn: string; Input?: string | undefined },
): RuleTarget {
  const fn = template.find('AWS::Lambda::Function', Arn);
  if (fn === undefined) throw new Error(`${resource.label}: the AWS edge only knows functions of this stack as targets, not ${Arn}.`);
  return { functionName: fn.name, input: Input };
}

const RATE_UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of a `rate(…)` expression. Anything else (`cron`, `at`) throws. */
export function rateMs(expression: string, where: string): number {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(count) * (RATE_UNITS_MS[unit] ?? Number.NaN);
  if (!(milliseconds > 0)) throw new Error(`${where}: the AWS edge only knows rate(…) schedules, not ${expression}.`);
  return milliseconds;
}
