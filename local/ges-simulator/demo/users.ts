import type { GesUser } from '../sign-in/users.ts';

/** Of every demo user. */
export const DEMO_PASSWORD = 'boiler-service';

/**
 * Two owners, and a bookkeeper who works for both businesses. Dana has the same e-mail address as the user of the Xero sandbox: that alone
 * must not sign anybody in.
 */
export const DEMO_USERS: readonly Omit<GesUser, 'passwordHash'>[] = [
  { id: 'user_1', accountId: 'acct_demo', name: 'Dana Whitfield', email: 'dana@demo-heating.example', isOwner: true },
  { id: 'user_2', accountId: 'acct_two', name: 'Callum Reid', email: 'callum@calder-boilers.example', isOwner: true },
  { id: 'user_3', accountId: 'acct_demo', name: 'Nina Shah (bookkeeper)', email: 'nina@ledgerline.example', isOwner: false },
  { id: 'user_4', accountId: 'acct_two', name: 'Nina Shah (bookkeeper)', email: 'nina.calder@ledgerline.example', isOwner: false },
];
