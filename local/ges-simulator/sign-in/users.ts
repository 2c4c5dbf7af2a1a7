import { scryptSync, timingSafeEqual } from 'node:crypto';
import type { Transaction } from '../core/state.ts';

/** A person who works with one business in GES. Somebody who looks after several businesses is a user of each. */
export interface GesUser {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** Unique over all businesses, compared without case; GES has verified it. */
  readonly email: string;
  /** May see the other users of the business, and unbind their Xero logins. */
  readonly isOwner: boolean;
  /** Null: signed up with Xero and never set one. */
  readonly passwordHash: string | null;
}

/** One Xero login may be bound to several users, and a user to several Xero logins (policy H1). */
export interface XeroBinding {
  readonly xeroUserId: string;
  readonly userId: string;
  /** To tell the logins of a user apart; never compared. */
  readonly xeroEmail: string;
  readonly boundAt: string;
}

const bindingKey = (xeroUserId: string, userId: string): string => `xero-binding/${xeroUserId}/${userId}`;
/** Cheap on purpose: a simulator keeps nobody's real password. */
const SCRYPT_COST = 2 ** 12;

/** Salted with the user's e-mail: the core draws nothing at random. */
export function hashPassword(password: string, email: string): string {
  return scryptSync(password, `ges simulator ${email.toLowerCase()}`, 32, { N: SCRYPT_COST }).toString('base64url');
}

export function hasPassword({ email, passwordHash }: GesUser, password: string): boolean {
  if (passwordHash === null) return false;
  return timingSafeEqual(Buffer.from(hashPassword(password, email)), Buffer.from(passwordHash));
}

export function putUser(transaction: Transaction, user: GesUser): GesUser {
  transaction.putRow(`user/${user.id}`, user);
  return user;
}

export function userById(transaction: Transaction, userId: string): GesUser | undefined {
  return transaction.row(`user/${userId}`) as GesUser | undefined;
}

export function allUsers(transaction: Transaction): GesUser[] {
  return transaction.rowsUnder('user/') as GesUser[];
}

export function userByEmail(transaction: Transaction, email: string): GesUser | undefined {
  const wanted = email.trim().toLowerCase();
  return allUsers(transaction).find((user) => user.email.toLowerCase() === wanted);
}

/** The users that this Xero login is bound to. */
export function usersOfXeroLogin(transaction: Transaction, xeroUserId: string): GesUser[] {
  const bindings = transaction.rowsUnder(`xero-binding/${xeroUserId}/`) as XeroBinding[];
  return bindings.map(({ userId }) => userById(transaction, userId)).filter((user) => user !== undefined);
}

export function bindingsOf(transaction: Transaction, userId: string): XeroBinding[] {
  return (transaction.rowsUnder('xero-binding/') as XeroBinding[]).filter((binding) => binding.userId === userId);
}

export function bind(transaction: Transaction, binding: XeroBinding): void {
  transaction.putRow(bindingKey(binding.xeroUserId, binding.userId), binding);
}

/** Tells whether it was bound. */
export function unbind(transaction: Transaction, xeroUserId: string, userId: string): boolean {
  const key = bindingKey(xeroUserId, userId);
  const wasBound = (transaction.row(key) ?? null) !== null;
  if (wasBound) transaction.putRow(key, null);
  return wasBound;
}
