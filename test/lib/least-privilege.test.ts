import { describe, expect, it } from '@jest/globals';
import type { FunctionName, Statement } from './stack-under-test.ts';
import { FUNCTION_NAMES, idOf, listOf, resourcesOf, statementsOf, templateOf } from './stack-under-test.ts';

const template = templateOf('prod');
const tableArn = JSON.stringify({ 'Fn::GetAtt': [idOf(template, 'AWS::DynamoDB::Table', 'StateTable'), 'Arn'] });

/** `action on resource`, for every action that a function may do. */
function permissionsOf(name: FunctionName): { action: string; resource: string }[] {
  return statementsOf(template, name).flatMap((statement) =>
    listOf(statement.Action).flatMap((action) =>
      listOf(statement.Resource).map((resource) => ({ action, resource: JSON.stringify(resource) })),
    ),
  );
}

function actionsOf(name: FunctionName, service: string, resource = ''): string[] {
  const own = permissionsOf(name).filter(
    (permission) => permission.action.startsWith(`${service}:`) && permission.resource.includes(resource),
  );
  return [...new Set(own.map(({ action }) => action.slice(service.length + 1)))].sort();
}

/** By kind of resource: what each function may do there, after what its code does; functions that are not named may do nothing. */
const ALLOWED: Readonly<Record<string, Readonly<Partial<Record<FunctionName, readonly string[]>>>>> = {
  'dynamodb on StateTable': {
    'ges-events': ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'],
    'xero-webhooks': ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'],
    'sync-lane': ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    'integration-api': ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
    'bulk-sync': ['GetItem', 'PutItem', 'Query', 'UpdateItem'],
    sweep: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
  },
  'dynamodb on /index/lanes-to-wake': { sweep: ['Query'] },
  'dynamodb on /index/links-by-status': { 'sync-lane': ['Query'] },
  'secretsmanager on xero-user/*': {
    'sync-lane': ['GetSecretValue', 'PutSecretValue'],
    'integration-api': ['CreateSecret', 'DeleteSecret', 'GetSecretValue', 'PutSecretValue'],
    sweep: ['DeleteSecret', 'GetSecretValue', 'PutSecretValue'],
  },
  'secretsmanager on SecretsXeroApp': {
    'xero-webhooks': ['GetSecretValue'],
    'sync-lane': ['GetSecretValue'],
    'integration-api': ['GetSecretValue'],
    sweep: ['GetSecretValue'],
  },
  'secretsmanager on SecretsGesApi': { 'sync-lane': ['GetSecretValue'] },
  'events on IngestBus': { 'sync-lane': ['PutEvents'] },
  'sqs on LanesQueue': {
    'ges-events': ['SendMessage'],
    'xero-webhooks': ['SendMessage'],
    'sync-lane': ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage', 'SendMessage'],
    'integration-api': ['SendMessage'],
    'bulk-sync': ['SendMessage'],
    sweep: ['SendMessage'],
  },
};

describe('least privilege', () => {
  for (const [what, allowed] of Object.entries(ALLOWED)) {
    const [service = '', resource = ''] = what.split(' on ');
    it.each(FUNCTION_NAMES)(`${what}: %s may do only what it needs`, (name) => {
      expect(actionsOf(name, service, resource)).toEqual(allowed[name] ?? []);
    });
  }

  it('no function can speak as the platform: events go out under our own source only', () => {
    const publishing = FUNCTION_NAMES.flatMap((name) => statementsOf(template, name)).filter(({ Action }) =>
      listOf(Action).includes('events:PutEvents'),
    );
    expect(publishing).toMatchObject([{ Condition: { StringEquals: { 'events:source': 'ges.xero-sync' } } }]);
  });

  it.each(['ges-events', 'bulk-sync'] as const)('%s cannot read any secret', (name) => {
    expect(actionsOf(name, 'secretsmanager')).toEqual([]);
  });

  it.each(FUNCTION_NAMES)('%s reaches items by their keys: it neither scans the table nor changes it', (name) => {
    const byKey = ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
    expect(actionsOf(name, 'dynamodb').filter((action) => !byKey.includes(action))).toEqual([]);
  });

  it.each(['integration-api', 'sweep'] as const)('%s queries an index only, never the table', (name) => {
    const queried = permissionsOf(name)
      .filter(({ action }) => action === 'dynamodb:Query')
      .map(({ resource }) => resource);
    expect(queried.filter((resource) => !resource.includes('/index/'))).toEqual([]);
  });

  it('no action has a wildcard', () => {
    const wild = FUNCTION_NAMES.flatMap((name) => permissionsOf(name).filter(({ action }) => action.includes('*')));
    expect(wild).toEqual([]);
  });

  it('resources have wildcards only where AWS has no resource to name (X-Ray), and below the prefix of secrets made at run time', () => {
    const wild = FUNCTION_NAMES.flatMap((name) =>
      permissionsOf(name).filter(({ action, resource }) => resource.includes('*') && !action.startsWith('xray:')),
    );
    expect(wild.filter(({ resource }) => !resource.includes(':secret:ges-xero-prod/xero-user/*'))).toEqual([]);
  });

  it('only Lambda may assume the roles, and each has exactly one policy', () => {
    for (const role of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      const { Statement: trust } = role.Properties['AssumeRolePolicyDocument'] as { Statement: (Statement & { Principal: unknown })[] };
      expect(trust.map(({ Principal }) => Principal)).toEqual([{ Service: 'lambda.amazonaws.com' }]);
    }
    expect(Object.keys(resourcesOf(template, 'AWS::IAM::Policy'))).toHaveLength(FUNCTION_NAMES.length);
  });

  it.each(FUNCTION_NAMES)('%s reaches the table itself through its own ARN, never through all indexes', (name) => {
    const resources = permissionsOf(name)
      .filter(({ action }) => action.startsWith('dynamodb:'))
      .map(({ resource }) => resource);
    expect(resources.filter((resource) => resource !== tableArn && !/\/index\/(lanes-to-wake|links-by-status)"/.test(resource))).toEqual(
      [],
    );
  });
});
