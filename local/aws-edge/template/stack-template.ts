import { z } from 'zod';
import type { StackAssembly } from './assembly.ts';
import type { ResourceAttributes } from './intrinsics.ts';
import { Intrinsics } from './intrinsics.ts';
import type { EdgeAddresses } from './physical-names.ts';
import { attributesOf, LOCAL_ACCOUNT_ID, NAME_PROPERTIES, physicalName } from './physical-names.ts';

/** One resource of the template whose condition holds. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  /** The CDK's construct path, `stack/Construct/…/Resource`, or the logical id where the template has none. */
  readonly constructPath: string;
  /** For messages: `LaneQueue12AB (AWS::SQS::Queue)`. */
  readonly label: string;
}

export interface NotEmulated {
  readonly resource: string;
  readonly what: string;
}

/** Resource types the edge accepts without doing what they say, and why that is harmless on one machine. */
const PASSIVE_TYPES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'permissions: every caller may do everything',
  'AWS::IAM::Policy': 'permissions: every caller may do everything',
  'AWS::IAM::ManagedPolicy': 'permissions: every caller may do everything',
  'AWS::Lambda::Permission': 'permissions: every caller may do everything',
  'AWS::SQS::QueuePolicy': 'permissions: every caller may do everything',
  'AWS::SNS::TopicPolicy': 'permissions: every caller may do everything',
  'AWS::KMS::Key': 'encryption at rest',
  'AWS::KMS::Alias': 'encryption at rest',
  'AWS::Logs::LogGroup': 'log retention: logs go to one file a function',
  'AWS::Logs::MetricFilter': 'metrics',
  'AWS::Logs::ResourcePolicy': 'permissions: every caller may do everything',
  'AWS::CloudWatch::Alarm': 'alarms',
  'AWS::CloudWatch::CompositeAlarm': 'alarms',
  'AWS::CloudWatch::Dashboard': 'dashboards',
  'AWS::SNS::Topic': 'alarm notifications',
  'AWS::SNS::Subscription': 'alarm notifications',
  'AWS::Events::Archive': 'event archive and replay',
  'AWS::CDK::Metadata': 'CDK analytics',
};

/** The resource types that the edge emulates. */
const EMULATED_TYPES: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
]);

/**
 * The synthesised template with its intrinsics resolved for this machine. Nothing of it is passed over in silence: a
 * resource type or property that is neither emulated nor listed as not emulated throws, naming the resource.
 */
export class StackTemplate {
  readonly stackName: string;
  readonly region: string;
  readonly resources: readonly StackResource[];
  readonly #assembly: StackAssembly;
  readonly #addresses: EdgeAddresses;
  readonly #intrinsics: Intrinsics;
  readonly #notEmulated: NotEmulated[] = [];

  constructor(assembly: StackAssembly, addresses: EdgeAddresses) {
    this.#assembly = assembly;
    this.#addresses = addresses;
    this.stackName = assembly.stackName;
    this.region = assembly.region;
    this.#intrinsics = new Intrinsics({
      template: assembly.template,
      accountId: LOCAL_ACCOUNT_ID,
      region: assembly.region,
      stackName: assembly.stackName,
      attributesOf: (logicalId) => this.#attributes(logicalId),
    });
    this.resources = this.#readResources();
  }

  ofType(type: string): readonly StackResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The resource of one of these types with this ARN or name (or, failing that, logical id). */
  find(type: string, reference: string): StackResource | undefined {
    return this.ofType(type).find(({ arn, name, logicalId }) => arn === reference || name === reference || logicalId === reference);
  }

  /**
   * The resource's properties, resolved and checked against `honoured`. `ignored` names the ones that are allowed and
   * have no effect here, with what is thereby not emulated; they are listed, not read.
   */
  read<Shape extends z.ZodRawShape>(
    resource: StackResource,
    honoured: Shape,
    ignored: Readonly<Record<string, string>> = {},
  ): z.output<z.ZodObject<Shape, z.core.$strict>> {
    const wanted: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(this.#source(resource.logicalId).Properties ?? {})) {
      const what = ignored[key];
      if (what === undefined) {
        const resolved = this.#intrinsics.resolve(value, resource.label);
        if (resolved !== undefined) wanted[key] = resolved;
      } else {
        this.note(resource, what);
      }
    }
    const parsed = z.strictObject(honoured).safeParse(wanted);
    if (!parsed.success) throw new Error(`${resource.label}: the AWS edge does not emulate this: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }

  /** Lists something of a resource as not emulated. An empty `what` is not worth listing. */
  note(resource: StackResource, what: string): void {
    if (what !== '') this.#notEmulated.push({ resource: resource.label, what });
  }

  notEmulated(): readonly NotEmulated[] {
    return this.#notEmulated;
  }

  /** The file or directory of this machine that holds an asset. */
  assetPath(objectKey: string, where: string): string {
    const path = this.#assembly.assets.get(objectKey);
    if (path === undefined) throw new Error(`${where}: the assembly has no asset ${objectKey}.`);
    return path;
  }

  #readResources(): StackResource[] {
    const resources: StackResource[] = [];
    for (const [logicalId, source] of Object.entries(this.#assembly.template.Resources)) {
      const label = `${logicalId} (${source.Type})`;
      if (source.Condition !== undefined && !this.#intrinsics.condition(source.Condition, label)) continue;
      const passive = PASSIVE_TYPES[source.Type];
      if (passive === undefined && !EMULATED_TYPES.has(source.Type))
        throw new Error(`${label}: the AWS edge does not know this type of resource.`);
      const named = this.#named(logicalId);
      const attributes = attributesOf(named);
      const resource = {
        logicalId,
        type: source.Type,
        label,
        name: physicalName(named),
        arn: source.Type === 'AWS::SecretsManager::Secret' ? attributes.ref() : (optional(() => attributes.attribute('Arn')) ?? logicalId),
        constructPath: typeof source.Metadata?.['aws:cdk:path'] === 'string' ? source.Metadata['aws:cdk:path'] : logicalId,
      };
      resources.push(resource);
      if (passive !== undefined) this.note(resource, passive);
    }
    return resources;
  }

  #attributes(logicalId: string): ResourceAttributes {
    return attributesOf(this.#named(logicalId));
  }

  #named(logicalId: string) {
    const source = this.#source(logicalId);
    const property = NAME_PROPERTIES[source.Type];
    const name =
      property === undefined ? undefined : this.#intrinsics.resolve(source.Properties?.[property], `${logicalId} (${source.Type})`);
    return {
      logicalId,
      type: source.Type,
      explicitName: name === undefined ? undefined : z.string().parse(name),
      stackName: this.stackName,
      region: this.region,
      addresses: this.#addresses,
    };
  }

  #source(logicalId: string) {
    const source = this.#assembly.template.Resources[logicalId];
    if (source === undefined) throw new Error(`The template refers to ${logicalId}, which it does not define.`);
    return source;
  }
}

function optional<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
