import { describe, expect, it } from '@jest/globals';
import { readStack } from '../../../local/aws-edge/stack-definition.ts';
import { readAssembly } from '../../../local/aws-edge/template/assembly.ts';
import { StackTemplate } from '../../../local/aws-edge/template/stack-template.ts';
import { templateOf } from '../../lib/stack-under-test.ts';
import type { FixtureResources } from './fixture/tiny-stack.ts';
import { writeAssembly } from './fixture/tiny-stack.ts';

/** The project's own template, each function's bundle replaced by an empty handler. */
function ownTemplate(stage: string): StackTemplate {
  const { Resources, ...rest } = templateOf(stage).toJSON() as { Resources: FixtureResources };
  const keys = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => (Properties?.['Code'] as { S3Key: string }).S3Key);
  const handlers = Object.fromEntries(keys.map((key) => [key.replace(/\.zip$/, ''), 'export const handler = async () => undefined;']));
  return new StackTemplate(readAssembly(writeAssembly(Resources, handlers, rest), 'test'), {
    awsUrl: 'http://127.0.0.1:1',
    apiUrl: 'http://localhost:2',
  });
}

describe('The project’s own stack on the AWS edge', () => {
  it('design §9: every resource of the template is emulated, or listed as not emulated', () => {
    const template = ownTemplate('local');
    const stack = readStack(template, {});
    const emulated = [
      ...stack.functions.map(({ logicalId }) => logicalId),
      ...stack.queues.map(({ name }) => name),
      ...stack.tables.map(({ TableName }) => TableName),
      ...stack.events.rules.map(({ name }) => name),
      ...stack.events.schedules.map(({ name }) => name),
    ];
    const listed = new Set(template.notEmulated().map(({ resource }) => resource));
    const wiring = /^AWS::(ApiGatewayV2|SecretsManager|Events::EventBus|Lambda::Event)/;
    const forgotten = template.resources.filter(
      ({ logicalId, name, label, type }) =>
        !emulated.includes(logicalId) && !emulated.includes(name) && !listed.has(label) && !wiring.test(type),
    );

    expect(forgotten).toEqual([]);
    expect(stack.functions).toHaveLength(6);
    expect(stack.mappings).toHaveLength(1);
    expect(stack.events).toMatchObject({
      buses: ['default', 'ges-xero-local'],
      rules: [{ busName: 'ges-xero-local' }],
      schedules: [{ intervalMs: 60_000 }],
    });
    expect(stack.functions.map(({ name }) => name)).toContain('ges-xero-local-bulk-sync');
  });

  it('the routes are those of the HTTP API, all but consent, signing in with Xero and webhooks behind the JWT authoriser', () => {
    const routes = readStack(ownTemplate('local'), {}).httpApi?.routes ?? [];
    const open = routes.filter(({ authorizer }) => authorizer === undefined).map(({ pattern }) => pattern.routeKey);

    expect(open.sort()).toEqual([
      'GET /v1/auth/xero/callback',
      'GET /v1/auth/xero/start',
      'GET /v1/xero/callback',
      'GET /v1/xero/start',
      'POST /v1/auth/xero/exchange',
      'POST /webhooks/xero',
    ]);
    expect(routes.length).toBeGreaterThan(open.length);
  });

  it('the stack of production runs here as well', () => {
    expect(() => readStack(ownTemplate('prod'), {})).not.toThrow();
  });
});
