import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BUNDLE_HANDLER, functionBundle } from './function-bundle.ts';
import { METRICS_NAMESPACE } from './metrics.ts';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';

export interface ServiceFunctionProps {
  readonly stage: Stage;
  /** Folder below `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMiB: number;
  /** A full sentence: what becomes of work that the function fails at, given that it has no dead-letter queue of Lambda's own kind. */
  readonly failedWork: string;
  /** Only where contracts.md fixes it. */
  readonly physicalName?: string;
  readonly environment?: Record<string, string>;
  /** Default: what the AWS account has left. */
  readonly reservedConcurrency?: number;
  /** Default: Lambda drops the message that would be the 17th of a chain through this function. */
  readonly recursiveLoop?: RecursiveLoop;
  /** What becomes of an asynchronous invocation that fails for good. */
  readonly asynchronous?: Pick<FunctionOptions, 'onFailure' | 'retryAttempts' | 'maxEventAge'>;
}

/**
 * One Lambda function as this service runs them all: Node.js 24 on arm64, one role of its own that starts with nothing
 * but its log group and X-Ray, active tracing, an explicit log group. Whatever else it may do, the construct that owns
 * the resource allows (`State.allow`, `Lanes.allowRinging`, …), together with the environment variable that names it.
 */
export class ServiceFunction extends Construct {
  readonly handler: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly timeout: Duration;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.timeout = props.timeout;

    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.stage.logRetentionDays,
      removalPolicy: props.stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // A role given from outside spares the managed policy AWSLambdaBasicExecutionRole, which may write to every log group.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Only what ${props.name} needs`,
    });
    this.logGroup.grantWrite(this.role);

    this.handler = new LambdaFunction(this, 'Handler', {
      ...(props.physicalName === undefined ? {} : { functionName: props.physicalName }),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: functionBundle(props.name),
      handler: BUNDLE_HANDLER,
      role: this.role,
      logGroup: this.logGroup,
      tracing: Tracing.ACTIVE,
      timeout: props.timeout,
      memorySize: props.memoryMiB,
      environment: {
        STAGE: props.stage.name,
        POWERTOOLS_SERVICE_NAME: stackName(props.stage.name),
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        POWERTOOLS_LOG_LEVEL: props.stage.logLevel,
        NODE_OPTIONS: '--enable-source-maps',
        ...props.environment,
      },
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.recursiveLoop === undefined ? {} : { recursiveLoop: props.recursiveLoop }),
      ...props.asynchronous,
    });
    Validations.of(this.handler).acknowledge({ id: 'Serverless-LambdaDLQ', reason: props.failedWork });
    this.acknowledge(
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray offers no resource to name: PutTraceSegments and PutTelemetryRecords can only be allowed on "*".',
    );
  }

  /** Allows the actions on the resources, under the conditions, and nothing more, to this function's role. */
  allow(actions: readonly string[], resources: readonly string[], conditions: Readonly<Record<string, object>> = {}): void {
    const statement = { effect: Effect.ALLOW, actions: [...actions], resources: [...resources], conditions };
    this.handler.addToRolePolicy(new PolicyStatement(statement));
  }

  /** Sets an environment variable of the function. */
  setEnvironment(name: string, value: string): void {
    this.handler.addEnvironment(name, value);
  }

  /** Acknowledges one cdk-nag finding on this function's policy, and says in a full sentence why it is right. */
  acknowledge(id: string, reason: string): void {
    Validations.of(this.role.node.findChild('DefaultPolicy')).acknowledge({ id, reason });
  }
}
