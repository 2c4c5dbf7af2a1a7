import type { Contact } from '../domain/contact.ts';
import { chunks } from './concurrency.ts';
import { IDS_A_CALL } from './directory.ts';
import type { Pass } from './pass.ts';

/** How often a merged contact is followed to the one it was merged into: a winner may have been merged away, too. */
const MERGES_FOLLOWED = 5;

/**
 * The contacts that merged ones end in, by ContactID of the loser (B6). A loser whose winner Xero does not show, or whose merges go on for ever,
 * is left out. Xero calls: none where nobody was merged, else one per 40 winners and step.
 */
export async function winnersOf(pass: Pass, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Contact>> {
  const losers = contacts.filter((contact) => contact.mergedTo !== undefined);
  const known = new Map(contacts.map((contact) => [contact.contactId, contact]));
  let wanted = losers;
  for (let step = 0; step < MERGES_FOLLOWED && wanted.length > 0; step++) {
    const ids = [...new Set(wanted.flatMap(({ mergedTo }) => mergedTo ?? []))];
    const unread = ids.filter((id) => !known.has(id));
    for (const some of chunks(unread, IDS_A_CALL))
      for (const contact of await pass.books.contactsByIds(some)) known.set(contact.contactId, contact);
    wanted = ids.flatMap((id) => known.get(id) ?? []).filter(({ mergedTo }) => mergedTo !== undefined);
  }
  const winnerOf = (loser: Contact): Contact | undefined => {
    let contact: Contact | undefined = loser;
    for (let step = 0; step < MERGES_FOLLOWED && contact?.mergedTo !== undefined; step++) contact = known.get(contact.mergedTo);
    return contact?.mergedTo === undefined ? contact : undefined;
  };
  return new Map(
    losers.flatMap((loser) => {
      const winner = winnerOf(loser);
      return winner === undefined ? [] : [[loser.contactId, winner] as const];
    }),
  );
}
