import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientConfig, type AwsClientConfig } from './aws-client-config.ts';

/** `config`: how long a call may take, and how often it is tried. */
export function createSecretsManager(config: AwsClientConfig = awsClientConfig): SecretsManagerClient {
  return new SecretsManagerClient(config);
}
