import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientConfig } from './awsClientConfig.ts';

export function createSecretsManager(): SecretsManagerClient {
  return new SecretsManagerClient(awsClientConfig);
}
