import type { OrganisationFacts } from '../domain/xero-invoice.ts';
import type { Pass } from './deps.ts';

/** Facts older than this are read again when something is to be written (F1). */
const OLD_MS = 24 * 3_600_000;
/** Before a fact makes a record need a person, it is read again if it is older than this (design §5, step 6). */
const DOUBTFUL_MS = 5 * 60_000;

/** The organisation's facts, from memory of earlier drains. Xero calls: none, or five when they are older than a day. */
export async function currentFacts(pass: Pass): Promise<OrganisationFacts> {
  const known = await pass.deps.facts.readFacts(pass.scope);
  if (known !== undefined && pass.deps.clock.now() - known.readAt < OLD_MS) return known;
  return readFactsAgain(pass);
}

/** Fresher facts, if these are old enough to be wrong; undefined when they are fresh. Xero calls: none or five. */
export async function fresherFacts(pass: Pass, facts: OrganisationFacts): Promise<OrganisationFacts | undefined> {
  return pass.deps.clock.now() - facts.readAt > DOUBTFUL_MS ? readFactsAgain(pass) : undefined;
}

async function readFactsAgain(pass: Pass): Promise<OrganisationFacts> {
  const facts = await pass.books.readFacts();
  await pass.deps.facts.putFacts(pass.scope, facts);
  return facts;
}
