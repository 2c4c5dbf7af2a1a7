import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AwsService, JsonOperation } from '../aws-protocol.ts';
import { AwsError, jsonService } from '../aws-protocol.ts';
import { secretArn } from '../template/physical-names.ts';
import type { SecretStore, SecretVersion, StoredSecret } from './secret-store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const CURRENT = 'AWSCURRENT';

const secretId = z.string().min(1).max(2048);
const token = z.string().min(32).max(64).optional();
const value = { SecretString: z.string().min(1).max(65_536).optional(), SecretBinary: z.string().optional() };
const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).optional();

const schemas = {
  create: z.object({
    Name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
    ClientRequestToken: token,
    Description: z.string().optional(),
    Tags: tags,
    KmsKeyId: z.string().optional(),
    ...value,
  }),
  get: z.object({ SecretId: secretId, VersionId: z.string().optional(), VersionStage: z.string().optional() }),
  put: z.object({ SecretId: secretId, ClientRequestToken: token, VersionStages: z.array(z.string()).min(1).optional(), ...value }),
  remove: z.object({
    SecretId: secretId,
    RecoveryWindowInDays: z.number().int().min(7).max(30).optional(),
    ForceDeleteWithoutRecovery: z.boolean().optional(),
  }),
  one: z.object({ SecretId: secretId }),
  list: z.object({
    MaxResults: z.number().int().min(1).max(100).default(100),
    NextToken: z.string().optional(),
    IncludePlannedDeletion: z.boolean().default(false),
    Filters: z.array(z.object({ Key: z.literal('name'), Values: z.array(z.string()).min(1) })).default([]),
  }),
};

/** Secrets Manager over the store on disk: the operations the service uses, with AWS's errors and labels. */
export function secretsManagerService(store: SecretStore, region: string): AwsService {
  const operations: Record<string, JsonOperation> = {
    CreateSecret: (input) => createSecret(store, region, parse(schemas.create, input)),
    GetSecretValue: (input) => getSecretValue(store, parse(schemas.get, input)),
    PutSecretValue: (input) => putSecretValue(store, parse(schemas.put, input)),
    DeleteSecret: (input) => deleteSecret(store, region, parse(schemas.remove, input)),
    RestoreSecret: (input) => restoreSecret(store, parse(schemas.one, input)),
    DescribeSecret: (input) => describeSecret(store, parse(schemas.one, input)),
    ListSecrets: (input) => listSecrets(store, parse(schemas.list, input)),
  };
  return jsonService('application/x-amz-json-1.1', operations);
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AwsError('InvalidParameterException', z.prettifyError(parsed.error));
  return parsed.data;
}

interface SecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}

/** A new version holding the value; undefined when the request brings none. Both kinds of value at once are refused. */
function versionOf(input: SecretValue, versionId: string, stages: readonly string[]): SecretVersion | undefined {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined)
    throw new AwsError('InvalidParameterException', 'You can’t specify both SecretString and SecretBinary.');
  if (input.SecretString === undefined && input.SecretBinary === undefined) return undefined;
  return { versionId, secretString: input.SecretString ?? null, secretBinary: input.SecretBinary ?? null, stages, createdAt: Date.now() };
}

function sameValue(one: SecretVersion, other: SecretVersion): boolean {
  return one.secretString === other.secretString && one.secretBinary === other.secretBinary;
}

function existing(store: SecretStore, reference: string): StoredSecret {
  const secret = store.find(reference);
  if (secret === undefined) throw new AwsError('ResourceNotFoundException', 'Secrets Manager can’t find the specified secret.');
  return secret;
}

function active(store: SecretStore, reference: string): StoredSecret {
  const secret = existing(store, reference);
  if (secret.deletes_at !== null)
    throw new AwsError('InvalidRequestException', 'You can’t perform this operation on the secret because it was marked for deletion.');
  return secret;
}

function createSecret(store: SecretStore, region: string, input: z.output<typeof schemas.create>): object {
  const version = versionOf(input, input.ClientRequestToken ?? randomUUID(), [CURRENT]);
  const known = store.find(input.Name);
  if (known !== undefined) {
    if (known.deletes_at !== null)
      throw new AwsError(
        'InvalidRequestException',
        'You can’t create this secret because a secret with this name is already scheduled for deletion.',
      );
    const repeated = store.versions(known.name).find(({ versionId }) => versionId === version?.versionId);
    if (repeated === undefined || version === undefined || !sameValue(repeated, version)) {
      throw new AwsError('ResourceExistsException', `The operation failed because the secret ${input.Name} already exists.`);
    }
    return { ARN: known.arn, Name: known.name, VersionId: repeated.versionId };
  }
  const arn = secretArn(input.Name, region);
  store.create({ name: input.Name, arn, description: input.Description ?? null, tags: input.Tags ?? [] }, version);
  return { ARN: arn, Name: input.Name, ...(version === undefined ? {} : { VersionId: version.versionId }) };
}

function getSecretValue(store: SecretStore, input: z.output<typeof schemas.get>): object {
  const secret = active(store, input.SecretId);
  const stage = input.VersionStage ?? (input.VersionId === undefined ? CURRENT : undefined);
  const version = store
    .versions(secret.name)
    .find(
      ({ versionId, stages }) =>
        (input.VersionId === undefined || versionId === input.VersionId) && (stage === undefined || stages.includes(stage)),
    );
  if (version === undefined) {
    const which = input.VersionId === undefined ? `staging label: ${stage ?? ''}` : `VersionId: ${input.VersionId}`;
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can’t find the specified secret value for ${which}`);
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    VersionStages: version.stages,
    CreatedDate: version.createdAt / 1000,
    ...(version.secretString === null ? {} : { SecretString: version.secretString }),
    ...(version.secretBinary === null ? {} : { SecretBinary: version.secretBinary }),
  };
}

function putSecretValue(store: SecretStore, input: z.output<typeof schemas.put>): object {
  const secret = active(store, input.SecretId);
  const version = versionOf(input, input.ClientRequestToken ?? randomUUID(), input.VersionStages ?? [CURRENT]);
  if (version === undefined) throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  const repeated = store.versions(secret.name).find(({ versionId }) => versionId === version.versionId);
  if (repeated !== undefined && !sameValue(repeated, version)) {
    throw new AwsError(
      'ResourceExistsException',
      'The operation failed because the ClientRequestToken was used before, with another value: a version cannot be changed.',
    );
  }
  if (repeated === undefined) store.addVersion(secret.name, version);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.versionId, VersionStages: (repeated ?? version).stages };
}

function deleteSecret(store: SecretStore, region: string, input: z.output<typeof schemas.remove>): object {
  if (input.ForceDeleteWithoutRecovery === true) {
    if (input.RecoveryWindowInDays !== undefined) {
      throw new AwsError('InvalidParameterException', 'You can’t use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.');
    }
    // AWS answers the same for a secret that is not there.
    const secret = store.find(input.SecretId);
    if (secret !== undefined) store.remove(secret.name);
    return { ARN: secret?.arn ?? secretArn(input.SecretId, region), Name: secret?.name ?? input.SecretId, DeletionDate: Date.now() / 1000 };
  }
  const secret = existing(store, input.SecretId);
  if (secret.deletes_at !== null)
    throw new AwsError(
      'InvalidRequestException',
      'You can’t perform this operation on the secret because it was already scheduled for deletion.',
    );
  const deletesAt = Date.now() + (input.RecoveryWindowInDays ?? 30) * DAY_MS;
  store.markForDeletion(secret.name, deletesAt);
  return { ARN: secret.arn, Name: secret.name, DeletionDate: deletesAt / 1000 };
}

function restoreSecret(store: SecretStore, input: z.output<typeof schemas.one>): object {
  const secret = existing(store, input.SecretId);
  store.markForDeletion(secret.name, null);
  return { ARN: secret.arn, Name: secret.name };
}

function describeSecret(store: SecretStore, input: z.output<typeof schemas.one>): object {
  return summary(store, existing(store, input.SecretId), 'VersionIdsToStages');
}

function summary(store: SecretStore, secret: StoredSecret, stagesKey: 'VersionIdsToStages' | 'SecretVersionsToStages'): object {
  const labelled = store.versions(secret.name).filter(({ stages }) => stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === null ? {} : { Description: secret.description }),
    CreatedDate: secret.created_at / 1000,
    LastChangedDate: secret.changed_at / 1000,
    ...(secret.deletes_at === null ? {} : { DeletedDate: secret.deletes_at / 1000 }),
    Tags: JSON.parse(secret.tags) as unknown,
    [stagesKey]: Object.fromEntries(labelled.map(({ versionId, stages }) => [versionId, stages])),
  };
}

function listSecrets(store: SecretStore, input: z.output<typeof schemas.list>): object {
  const wanted = store
    .all()
    .filter(({ name }) => input.NextToken === undefined || name > input.NextToken)
    .filter(({ deletes_at }) => deletes_at === null || (input.IncludePlannedDeletion && deletes_at > Date.now()))
    .filter(({ name }) =>
      input.Filters.every(({ Values }) =>
        Values.some((prefix) => (prefix.startsWith('!') ? !name.startsWith(prefix.slice(1)) : name.startsWith(prefix))),
      ),
    );
  const page = wanted.slice(0, input.MaxResults);
  return {
    SecretList: page.map((secret) => summary(store, secret, 'SecretVersionsToStages')),
    ...(wanted.length > page.length ? { NextToken: page.at(-1)?.name } : {}),
  };
}
