import { createHash } from 'node:crypto';
import type { ResourceAttributes } from './intrinsics.ts';

/** Account id of everything the edge runs; the queue server knows no other. */
export const LOCAL_ACCOUNT_ID = '000000000000';

/** Where the edge itself is reached, which some Refs and GetAtts tell the functions. */
export interface EdgeAddresses {
  /** `http://127.0.0.1:4566`: every AWS service. */
  readonly awsUrl: string;
  /** `http://localhost:4590`: the HTTP API. */
  readonly apiUrl: string;
}

export interface NamedResource {
  readonly logicalId: string;
  readonly type: string;
  /** The resource's resolved name property, when the template has one. */
  readonly explicitName: string | undefined;
  readonly stackName: string;
  readonly region: string;
  readonly addresses: EdgeAddresses;
}

/** The property of each resource type that fixes its physical name. */
export const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Events::Archive': 'ArchiveName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

/** AWS cuts generated names; 64 characters is Lambda's limit, the shortest of those used here. */
const NAME_LENGTH = 64;

/** Secrets Manager ends each ARN in six random characters; here they follow from the name, so that they survive `--fresh`. */
export function secretArn(name: string, region: string): string {
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `arn:aws:secretsmanager:${region}:${LOCAL_ACCOUNT_ID}:secret:${name}-${suffix}`;
}

/** The URL by which this machine's programs reach a queue. */
export function queueUrl(awsUrl: string, queueName: string): string {
  return `${awsUrl}/${LOCAL_ACCOUNT_ID}/${queueName}`;
}

/** The physical name: the template's own, or `<stack>-<logical id>` as CloudFormation makes it, without its random end. */
export function physicalName(resource: NamedResource): string {
  return resource.explicitName ?? `${resource.stackName}-${resource.logicalId}`.slice(0, NAME_LENGTH);
}

/** Ref and GetAtt of a resource. GetAtt of an attribute that is not known here throws, naming the resource. */
export function attributesOf(resource: NamedResource): ResourceAttributes {
  const name = physicalName(resource);
  const attributes = ATTRIBUTES[resource.type]?.(resource, name) ?? { Ref: name };
  const read = (attribute: string): string => {
    const value = attributes[attribute];
    if (value === undefined)
      throw new Error(`${resource.logicalId} (${resource.type}): the AWS edge does not know its attribute ${attribute}.`);
    return value;
  };
  return { ref: () => read('Ref'), attribute: read };
}

type Attributes = Readonly<Record<string, string>>;

function arn(service: string, { region }: NamedResource, rest: string): string {
  return `arn:aws:${service}:${region}:${LOCAL_ACCOUNT_ID}:${rest}`;
}

const ATTRIBUTES: Readonly<Record<string, (resource: NamedResource, name: string) => Attributes>> = {
  'AWS::Lambda::Function': (resource, name) => ({ Ref: name, Arn: arn('lambda', resource, `function:${name}`) }),
  'AWS::SQS::Queue': (resource, name) => {
    const url = queueUrl(resource.addresses.awsUrl, name);
    return { Ref: url, QueueUrl: url, Arn: arn('sqs', resource, name), QueueName: name };
  },
  'AWS::DynamoDB::Table': (resource, name) => ({ Ref: name, Arn: arn('dynamodb', resource, `table/${name}`) }),
  'AWS::Events::EventBus': (resource, name) => ({ Ref: name, Name: name, Arn: arn('events', resource, `event-bus/${name}`) }),
  'AWS::Events::Rule': (resource, name) => ({ Ref: name, Arn: arn('events', resource, `rule/${name}`) }),
  'AWS::Events::Archive': (resource, name) => ({ Ref: name, ArchiveName: name, Arn: arn('events', resource, `archive/${name}`) }),
  'AWS::Scheduler::Schedule': (resource, name) => ({ Ref: name, Arn: arn('scheduler', resource, `schedule/default/${name}`) }),
  'AWS::SecretsManager::Secret': (resource, name) => {
    const secret = secretArn(name, resource.region);
    return { Ref: secret, Id: secret };
  },
  'AWS::KMS::Key': (resource, name) => ({ Ref: name, KeyId: name, Arn: arn('kms', resource, `key/${name}`) }),
  'AWS::IAM::Role': (_resource, name) => ({ Ref: name, Arn: `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/${name}`, RoleId: name }),
  'AWS::Logs::LogGroup': (resource, name) => ({ Ref: name, Arn: arn('logs', resource, `log-group:${name}:*`) }),
  'AWS::SNS::Topic': (resource, name) => ({ Ref: arn('sns', resource, name), TopicArn: arn('sns', resource, name), TopicName: name }),
  'AWS::ApiGatewayV2::Api': (resource) => ({ Ref: resource.logicalId, ApiId: resource.logicalId, ApiEndpoint: resource.addresses.apiUrl }),
};
