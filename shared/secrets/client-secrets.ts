import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Clock } from '../sync/ports.ts';
import { parseSecretJson } from './secret-json.ts';

/** How long a value is used before it is read again: a rotated secret is in use after this time. */
const LIFE_MS = 5 * 60_000;

const xeroApp = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1), webhookKey: z.string().min(1) });
const gesApi = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

/** The Xero app: OAuth client and the key that signs webhooks. */
export type XeroApp = z.infer<typeof xeroApp>;
/** Our client of the GES platform API. */
export type GesApiClient = z.infer<typeof gesApi>;

type Client = Pick<SecretsManagerClient, 'send'>;

function createReader<T>(client: Client, arn: string, schema: z.ZodType<T>, clock: Pick<Clock, 'now'>): () => Promise<T> {
  let cached: { readonly value: T; readonly until: number } | undefined;
  return async () => {
    if (cached !== undefined && clock.now() < cached.until) return cached.value;
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    const value = parseSecretJson(arn, SecretString, schema);
    cached = { value, until: clock.now() + LIFE_MS };
    return value;
  };
}

/** Reads the Xero app's secret; kept in memory for five minutes. Throws when it cannot be read or lacks a field. */
export function createXeroAppReader(client: Client, arn: string, clock: Pick<Clock, 'now'>): () => Promise<XeroApp> {
  return createReader(client, arn, xeroApp, clock);
}

const webhookKeyOnly = z.object({ clientId: z.string().default(''), webhookKey: z.string().default('') });

/**
 * Reads the key that signs webhooks; kept in memory for five minutes. Undefined while the operator has not filled the secret in: an empty
 * client id says so, and a key made at random beside it fits no signature of Xero's.
 */
export function createWebhookKeyReader(client: Client, arn: string, clock: Pick<Clock, 'now'>): () => Promise<string | undefined> {
  const read = createReader(client, arn, webhookKeyOnly, clock);
  return async () => {
    const { clientId, webhookKey } = await read();
    return clientId === '' || webhookKey === '' ? undefined : webhookKey;
  };
}

/** The same for our client of the GES platform API. */
export function createGesApiClientReader(client: Client, arn: string, clock: Pick<Clock, 'now'>): () => Promise<GesApiClient> {
  return createReader(client, arn, gesApi, clock);
}
