import type { Transaction } from '../core/state.ts';

/** A mail that the platform would have sent. */
export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly link: string;
  readonly sentAt: string;
}

const LINK_LIFE_MS = 60 * 60_000;

/** What opening a mailed link does. `xeroUserId`: it must be opened in the browser in which that Xero login waits. */
export type LinkDeed =
  | { readonly kind: 'prove'; readonly userId: string; readonly xeroUserId: string }
  | {
      readonly kind: 'open-business';
      readonly business: string;
      readonly name: string;
      readonly email: string;
      readonly passwordHash: string | null;
      readonly xeroUserId: string | null;
    };

interface StoredLink {
  readonly deed: LinkDeed;
  readonly until: number;
}

/** Sends a mail with a link that works once, for an hour. `token` must be unguessable. */
export function sendLink(
  transaction: Transaction,
  mail: Pick<Mail, 'to' | 'subject' | 'text'>,
  link: { readonly address: string; readonly token: string; readonly deed: LinkDeed },
  now: number,
): void {
  const number = transaction.rowsUnder('mail/').length + 1;
  const id = `mail_${String(number).padStart(4, '0')}`;
  const sent: Mail = { ...mail, id, link: `${link.address}?token=${link.token}`, sentAt: new Date(now).toISOString() };
  transaction.putRow(`mail/${id}`, sent);
  transaction.putRow(`mail-link/${link.token}`, { deed: link.deed, until: now + LINK_LIFE_MS } satisfies StoredLink);
}

/** What the link does, if it is not over; it is left as it is. */
export function lookAtLink(transaction: Transaction, token: string, now: number): LinkDeed | undefined {
  const stored = transaction.row(`mail-link/${token}`) as StoredLink | null | undefined;
  return stored && stored.until > now ? stored.deed : undefined;
}

export function useUpLink(transaction: Transaction, token: string): void {
  transaction.putRow(`mail-link/${token}`, null);
}

/** Newest first. */
export function allMails(transaction: Transaction): Mail[] {
  return (transaction.rowsUnder('mail/') as Mail[]).reverse();
}
