/** How long a call of an AWS client may take, and how often it is tried. */
export interface AwsClientConfig {
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number; readonly throwOnRequestTimeout: true };
}

/**
 * Options of every AWS client: endpoint and region come from the environment (AWS_ENDPOINT_URL, AWS_REGION), so that the
 * same code talks to AWS and to a local edge. The SDK has no time-out of its own; a hanging call would eat the lane's lease.
 */
export const awsClientConfig: AwsClientConfig = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** Where Xero waits 5 s for all calls together: one that hangs is given up after a second, and tried once more. */
export const webhookClientConfig: AwsClientConfig = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};
