/** Commercial tiers that change the limits. */
export type AppTier = 'starter' | 'core' | 'plus';

/** An app as registered in Xero's developer portal. */
export interface App {
  clientId: string;
  clientSecret: string;
  name: string;
  /** Compared exactly. */
  redirectUris: readonly string[];
  tier: AppTier;
  /** Paid feature: several organisations in one consent. */
  bulkConnections: boolean;
  /** Certified by Xero; an organisation may connect at most two apps that are not. */
  certified: boolean;
  /** Calls a minute and organisation, where it is not Xero's 60: for trying an app that is starved. */
  minuteLimit?: number | undefined;
  /** May use the client-credentials grant with `app.connections`: connections without a user token. */
  clientCredentials: boolean;
  /** The organisation of a custom connection: its tokens come without consent, refresh token and tenant header. Absent: an ordinary app. */
  customConnection?: string | undefined;
  /** Made before 2 March 2026: may still ask for the broad scopes, until they stop. Absent: no. */
  broadScopes?: boolean | undefined;
}

/** A person with a Xero login. */
export interface XeroUser {
  userId: string;
  email: string;
  givenName: string;
  familyName: string;
  /** An adviser may post into a period that is locked for others. */
  role: 'adviser' | 'standard';
  /** Organisations this person may open. */
  tenantIds: readonly string[];
  /** Epoch ms. */
  created: number;
}

/** One organisation that one user allowed one app to use. */
export interface Connection {
  id: string;
  clientId: string;
  userId: string;
  tenantId: string;
  authEventId: string;
  /** Epoch ms. `updated` moves when the organisation is consented again. */
  created: number;
  updated: number;
}

/** What a consent gave; carried from the code to every token that follows from it. */
export interface Grant {
  clientId: string;
  userId: string;
  scopes: readonly string[];
  authEventId: string;
  /** Epoch ms of the sign-in. */
  authTime: number;
}

/** An authorization code: single use, dead 5 minutes after issue. */
export interface Code extends Grant {
  code: string;
  redirectUri: string;
  nonce: string | undefined;
  /** S256 code challenge of PKCE, when one was sent. */
  challenge?: string | undefined;
  expires: number;
  used: boolean;
}

/** A refresh token. The replaced one may be retried while its successor is unused, for 30 minutes. */
export interface RefreshToken extends Grant {
  token: string;
  /** Epoch ms of issue; dead 60 days later. */
  issued: number;
  replacedBy: string | undefined;
  replacedAt: number | undefined;
}

/** An access token that was issued: what the API gateway looks up. A client-credentials token has userId ''. */
export interface AccessToken extends Grant {
  token: string;
  expires: number;
}
