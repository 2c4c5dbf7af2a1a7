import type { App } from '../identity/records.ts';

/** The app that the local stack is registered as in the sandbox's "developer portal". */
export const LOCAL_APP: App = {
  clientId: 'ges-xero-local',
  clientSecret: 'ges-xero-local-secret',
  name: 'Gas Engineer Software (local)',
  redirectUris: ['http://localhost:4590/v1/xero/callback', 'http://localhost:4590/v1/auth/xero/callback'],
  tier: 'core',
  bulkConnections: false,
  certified: false,
  clientCredentials: false,
};

/** Signs the webhooks of the local app. */
export const LOCAL_WEBHOOK_KEY = 'ges-xero-local-webhook-key';
