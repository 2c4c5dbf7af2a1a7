import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { TokenSecrets, TokenSet } from '../connection/ports.ts';
import type { Clock } from '../sync/ports.ts';
import { parseSecretJson } from './secret-json.ts';

const tokenSet: z.ZodType<TokenSet> = z.object({ accessToken: z.string(), accessExpiresAt: z.number(), refreshToken: z.string() });

/** AWS deletes in the background: for some seconds the name of a deleted secret can neither be written nor made again. */
const PUT_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 200;

/** One secret per Xero user, named `<prefix><xeroUserId>`; each token set is a version of it. */
export function createTokenSecrets(client: Pick<SecretsManagerClient, 'send'>, prefix: string, clock: Pick<Clock, 'sleep'>): TokenSecrets {
  const putOrCreate = async (name: string, SecretString: string, ClientRequestToken: string): Promise<string | undefined> => {
    try {
      return (await client.send(new PutSecretValueCommand({ SecretId: name, SecretString, ClientRequestToken }))).VersionId;
    } catch (failure) {
      if (!(failure instanceof ResourceNotFoundException)) throw failure;
    }
    return (await client.send(new CreateSecretCommand({ Name: name, SecretString, ClientRequestToken }))).VersionId;
  };

  return {
    async putTokens(xeroUserId, tokens, clientToken) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const version = await putOrCreate(`${prefix}${xeroUserId}`, JSON.stringify(tokens), clientToken);
          if (version === undefined) throw new Error('Secrets Manager named no version');
          return version;
        } catch (failure) {
          // Made by another process just now, or still being deleted.
          const passing = failure instanceof ResourceExistsException || failure instanceof InvalidRequestException;
          if (!passing || attempt === PUT_ATTEMPTS) throw failure;
          await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
        }
      }
    },

    async readTokens(xeroUserId, version) {
      const name = `${prefix}${xeroUserId}`;
      const which = version === undefined ? {} : { VersionId: version };
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name, ...which }));
        return parseSecretJson(name, SecretString, tokenSet);
      } catch (failure) {
        // Gone, or marked for deletion.
        if (failure instanceof ResourceNotFoundException || failure instanceof InvalidRequestException) return undefined;
        throw failure;
      }
    },

    async deleteTokens(xeroUserId) {
      try {
        await client.send(new DeleteSecretCommand({ SecretId: `${prefix}${xeroUserId}`, ForceDeleteWithoutRecovery: true }));
      } catch (failure) {
        if (!(failure instanceof ResourceNotFoundException)) throw failure;
      }
    },
  };
}
