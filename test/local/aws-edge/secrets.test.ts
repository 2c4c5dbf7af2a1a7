import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AwsEdge } from '../../../local/aws-edge/start-aws-edge.ts';
import { clientsOf, startEdge } from './fixture/edge-under-test.ts';
import { temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';

const generated = { GenerateSecretString: { SecretStringTemplate: '{"clientId":""}', GenerateStringKey: 'clientSecret' } };

describe('Secrets Manager on the AWS edge', () => {
  const dataDir = temporaryDirectory();
  const assemblyDir = writeAssembly({
    Given: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { ...generated, Tags: [] },
      Metadata: { 'aws:cdk:path': 'tiny-test/Secrets/XeroApp/Resource' },
    },
    Generated: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'tiny-generated', ...generated } },
  });
  let edge: AwsEdge;
  let secrets: ReturnType<typeof clientsOf>['secrets'];
  const arnOf = (path: string): string => edge.describe().secrets.find(({ constructPath }) => constructPath.includes(path))?.arn ?? '';
  const read = async (SecretId: string, more: object = {}) => secrets.send(new GetSecretValueCommand({ SecretId, ...more }));

  beforeAll(async () => {
    edge = await startEdge({ assemblyDir, dataDir, secretValues: { 'Secrets/XeroApp': { clientId: 'local', clientSecret: 's' } } });
    ({ secrets } = clientsOf(edge));
  });
  afterAll(() => edge.close());

  it('makes the secrets of the template, with the given value or a generated one', async () => {
    expect(JSON.parse((await read(arnOf('XeroApp'))).SecretString ?? '')).toEqual({ clientId: 'local', clientSecret: 's' });
    expect(JSON.parse((await read('tiny-generated')).SecretString ?? '')).toEqual({
      clientId: '',
      clientSecret: expect.stringMatching(/^.{32}$/),
    });
  });

  it('refuses a value for a secret that the template does not have', async () => {
    await expect(startEdge({ assemblyDir, dataDir: temporaryDirectory(), secretValues: { Typo: 'x' } })).rejects.toThrow(/no secret Typo/);
  });

  it('keeps versions: a new value is AWSCURRENT, the one before AWSPREVIOUS, older ones stay readable by their id', async () => {
    const Name = 'ges-xero-test/xero-user/versions';
    const created = await secrets.send(new CreateSecretCommand({ Name, SecretString: 'one' }));
    const second = await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'two' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: created.ARN, SecretString: 'three' }));

    expect(await read(Name)).toMatchObject({ SecretString: 'three', VersionStages: ['AWSCURRENT'], ARN: created.ARN });
    expect(await read(Name, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'two', VersionId: second.VersionId });
    expect(await read(Name, { VersionId: created.VersionId })).toMatchObject({ SecretString: 'one', VersionStages: [] });
    await expect(read(Name, { VersionId: randomUUID() })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(Object.values(VersionIdsToStages ?? {}).sort()).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
  });

  it('takes the same ClientRequestToken with the same value once, and refuses it with another value', async () => {
    const SecretId = 'ges-xero-test/xero-user/tokens';
    const ClientRequestToken = randomUUID();
    await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'first' }));
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'a', ClientRequestToken }));
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'b' }));
    const repeated = await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'a', ClientRequestToken }));

    expect(repeated).toMatchObject({ VersionId: ClientRequestToken, VersionStages: ['AWSPREVIOUS'] });
    expect((await read(SecretId)).SecretString).toBe('b');
    await expect(secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'c', ClientRequestToken }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });

  it('creates a name once: the same request again is answered again, another one is refused', async () => {
    const create = { Name: 'tiny-once', SecretString: 'x', ClientRequestToken: randomUUID() };
    const first = await secrets.send(new CreateSecretCommand(create));

    expect(await secrets.send(new CreateSecretCommand(create))).toMatchObject({ ARN: first.ARN, VersionId: first.VersionId });
    await expect(secrets.send(new CreateSecretCommand({ Name: 'tiny-once', SecretString: 'y' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });

  it('marks for deletion, refuses use meanwhile, restores, and deletes for good when forced', async () => {
    const SecretId = 'tiny-gone';
    await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
    const { DeletionDate } = await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));

    expect(((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(7, 2);
    await expect(read(SecretId)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'y' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await secrets.send(new RestoreSecretCommand({ SecretId }));
    expect((await read(SecretId)).SecretString).toBe('x');
    await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    await expect(read(SecretId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('lists secrets by prefix, page by page', async () => {
    const Filters = [{ Key: 'name' as const, Values: ['ges-xero-test/xero-user/'] }];
    const first = await secrets.send(new ListSecretsCommand({ Filters, MaxResults: 1 }));
    const second = await secrets.send(new ListSecretsCommand({ Filters, MaxResults: 1, NextToken: first.NextToken }));

    expect([first, second].map(({ SecretList }) => SecretList?.map(({ Name }) => Name))).toEqual([
      ['ges-xero-test/xero-user/tokens'],
      ['ges-xero-test/xero-user/versions'],
    ]);
    expect(second.NextToken).toBeUndefined();
  });
});
