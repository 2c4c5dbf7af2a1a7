/** The token endpoint answered invalid_grant: the code or the refresh token is dead, used or foreign. */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused';
}

/** Xero's id_token is not what was asked for: wrong signature, issuer, audience, nonce or time. Nobody is signed in by it. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
}

/** Why the person's wish about a connection cannot be done now; stable, part of the problem document. */
export type RefusalCode =
  | 'wrong-account'
  | 'code-expired'
  | 'no-organisation'
  | 'not-gbp'
  | 'missing-scope'
  | 'consent-needed'
  | 'xero-error'
  | 'not-connected'
  | 'organisation-not-granted'
  | 'different-organisation'
  | 'organisation-in-use'
  | 'invalid-setting'
  | 'payment-account-not-created'
  | 'needs-reconnect'
  | 'changed-meanwhile';

/** A refusal that the person can act on. The message is a plain sentence for the person; `field` names the input at fault. */
export class ConnectionRefusal extends Error {
  override readonly name = 'ConnectionRefusal';
  readonly code: RefusalCode;
  readonly field: string | undefined;
  constructor(code: RefusalCode, message: string, field?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.field = field;
  }
}
