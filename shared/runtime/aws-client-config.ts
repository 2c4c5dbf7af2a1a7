/**
 * Options of every AWS client: endpoint and region come from the environment (AWS_ENDPOINT_URL, AWS_REGION), so that the
 * same code talks to AWS and to a local edge. The SDK has no time-out of its own; a hanging call would eat the lane's lease.
 */
export const awsClientConfig = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
