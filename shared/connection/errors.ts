/** The token endpoint answered invalid_grant: the code or the refresh token is dead, used or foreign (xero-facts §1). */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused';
}

/** Why the person's wish about a connection cannot be done now; stable, part of the problem document. */
export type RefusalCode =
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
