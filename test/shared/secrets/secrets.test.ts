import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, InvalidRequestException, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AwsEdge } from '../../../local/aws-edge/start-aws-edge.ts';
import { createGesApiClientReader, createWebhookKeyReader, createXeroAppReader } from '../../../shared/secrets/client-secrets.ts';
import { createTokenSecrets } from '../../../shared/secrets/token-secrets.ts';
import { clientsOf, startEdge } from '../../local/aws-edge/fixture/edge-under-test.ts';
import { temporaryDirectory, writeAssembly } from '../../local/aws-edge/fixture/tiny-stack.ts';
import { createStepClock } from '../../support/step-clock.ts';

const PREFIX = 'ges-xero-test/xero-user/';
const tokens = (n: number) => ({ accessToken: `access-${n}`, accessExpiresAt: 1_000 * n, refreshToken: `refresh-${n}` });

let edge: AwsEdge;
let client: ReturnType<typeof clientsOf>['secrets'];
beforeAll(async () => {
  edge = await startEdge({ assemblyDir: writeAssembly({}), dataDir: temporaryDirectory() });
  client = clientsOf(edge).secrets;
});
afterAll(() => edge.close());

describe('token secrets', () => {
  it('keeps each token set as a version: by its name, or the newest', async () => {
    const secrets = createTokenSecrets(client, PREFIX, createStepClock());
    const first = await secrets.putTokens('versions', tokens(1), randomUUID());
    const second = await secrets.putTokens('versions', tokens(2), randomUUID());
    expect(await secrets.readTokens('versions', first)).toEqual(tokens(1));
    expect(await secrets.readTokens('versions', second)).toEqual(tokens(2));
    expect(await secrets.readTokens('versions')).toEqual(tokens(2));
  });

  it('the same put twice makes one version', async () => {
    const secrets = createTokenSecrets(client, PREFIX, createStepClock());
    const clientToken = randomUUID();
    const first = await secrets.putTokens('twice', tokens(1), clientToken);
    expect(await secrets.putTokens('twice', tokens(1), clientToken)).toBe(first);
  });

  it('two processes storing the first tokens of a user at once: both are kept', async () => {
    const secrets = createTokenSecrets(client, PREFIX, createStepClock());
    const versions = await Promise.all([1, 2].map((n) => secrets.putTokens('race', tokens(n), randomUUID())));
    const stored = await Promise.all(versions.map((version) => secrets.readTokens('race', version)));
    expect(stored).toEqual([tokens(1), tokens(2)]);
  });

  it('unknown users and versions have no tokens', async () => {
    const secrets = createTokenSecrets(client, PREFIX, createStepClock());
    expect(await secrets.readTokens('nobody')).toBeUndefined();
    await secrets.putTokens('somebody', tokens(1), randomUUID());
    expect(await secrets.readTokens('somebody', randomUUID())).toBeUndefined();
  });

  it('F4: forgets at once, twice without harm, and stores anew afterwards', async () => {
    const secrets = createTokenSecrets(client, PREFIX, createStepClock());
    const version = await secrets.putTokens('leaver', tokens(1), randomUUID());
    await secrets.deleteTokens('leaver');
    await secrets.deleteTokens('leaver');
    expect(await secrets.readTokens('leaver', version)).toBeUndefined();
    await secrets.putTokens('leaver', tokens(2), randomUUID());
    expect(await secrets.readTokens('leaver')).toEqual(tokens(2));
  });

  it('waits while AWS is still deleting the secret of the same name', async () => {
    const clock = createStepClock();
    const start = clock.now();
    let refusals = 3;
    const deleting = {
      send: async (command: unknown) => {
        const writes = command instanceof PutSecretValueCommand || command instanceof CreateSecretCommand;
        if (writes && (refusals -= 1) >= 0) throw new InvalidRequestException({ message: 'scheduled for deletion', $metadata: {} });
        return client.send(command as PutSecretValueCommand);
      },
    } as unknown as typeof client;
    const secrets = createTokenSecrets(deleting, PREFIX, clock);
    await secrets.putTokens('back-soon', tokens(1), randomUUID());
    expect(clock.now() - start).toBe(200 + 400 + 800);
    expect(await secrets.readTokens('back-soon')).toEqual(tokens(1));
  });
});

describe('client secrets', () => {
  const store = async (value: unknown): Promise<string> => {
    const { ARN } = await client.send(new CreateSecretCommand({ Name: `app-${randomUUID()}`, SecretString: JSON.stringify(value) }));
    return ARN!;
  };

  it('reads the Xero app and the GES client; keeps them for five minutes', async () => {
    const clock = createStepClock();
    const app = { clientId: 'c', clientSecret: 's', webhookKey: 'k' };
    const arn = await store(app);
    const read = createXeroAppReader(client, arn, clock);
    expect(await read()).toEqual(app);
    await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify({ ...app, webhookKey: 'rotated' }) }));
    expect((await read()).webhookKey).toBe('k');
    clock.advance(5 * 60_000);
    expect((await read()).webhookKey).toBe('rotated');
    expect(await createGesApiClientReader(client, arn, clock)()).toEqual({ clientId: 'c', clientSecret: 's' });
  });

  it('names the field that is missing, and no value', async () => {
    const read = createXeroAppReader(client, await store({ clientId: 'c', clientSecret: 'hush' }), createStepClock());
    await expect(read()).rejects.toThrow(/lacks webhookKey/);
    await expect(read()).rejects.toThrow(expect.objectContaining({ message: expect.not.stringMatching(/hush/) }));
  });

  it('the webhook key: none while the operator has not filled the secret in', async () => {
    const keyOf = async (value: object) => createWebhookKeyReader(client, await store(value), createStepClock())();
    expect(await keyOf({ clientId: 'c', clientSecret: 's', webhookKey: 'k' })).toBe('k');
    expect(await keyOf({ clientId: '', clientSecret: '', webhookKey: 'made at random' })).toBeUndefined();
    expect(await keyOf({ clientId: 'c', clientSecret: 's', webhookKey: '' })).toBeUndefined();
    expect(await keyOf({ clientId: 'c' })).toBeUndefined();
  });

  it('tells nothing of a secret that is no JSON', async () => {
    const { ARN } = await client.send(new CreateSecretCommand({ Name: `app-${randomUUID()}`, SecretString: 'hush' }));
    const failure: unknown = await createXeroAppReader(client, ARN!, createStepClock())().catch((error: unknown) => error);
    expect(String(failure)).toMatch(/is not JSON$/);
    expect(String(failure)).not.toContain('hush');
  });
});
