import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientConfig } from './aws-client-config.ts';

export function createSecretsManager(): SecretsManagerClient {
  return new SecretsManagerClient(awsClientConfig);
}
