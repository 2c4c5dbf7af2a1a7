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

/** The same for our client of the GES platform API. */
export function createGesApiClientReader(client: Client, arn: string, clock: Pick<Clock, 'now'>): () => Promise<GesApiClient> {
  return createReader(client, arn, gesApi, clock);
}
