import type { DocumentKind, OrganisationFacts } from '../domain/xero-invoice.ts';
import type { FactPart, FactParts, ToldPart } from './books-port.ts';
import type { Known } from './knowledge-port.ts';
import type { Pass } from './pass.ts';

/** Facts older than this are read again when something is to be written (F1). */
const OLD_MS = 24 * 3_600_000;
/** Before a fact makes a record need a person, it is read again if it is older than this. */
const DOUBTFUL_MS = 5 * 60_000;
/** C8: what an organisation says of CIS is not believed for longer before a CIS invoice goes. */
export const CIS_FRESH_MS = 15 * 60_000;

const PARTS: readonly ToldPart[] = ['organisation', 'actions', 'cis', 'accounts', 'taxRates'];

/** Which part a problem depends on: it is read again before the problem is told. */
const PART_OF_PROBLEM: Readonly<Record<string, ToldPart>> = {
  'period-locked': 'organisation',
  'organisation-not-gbp': 'organisation',
  'not-vat-registered': 'organisation',
  'plan-limit': 'actions',
  'cis-off': 'cis',
  'cis-rate-differs': 'cis',
  'account-missing': 'accounts',
  'tax-rate-missing': 'taxRates',
  'tax-rate-unclear': 'taxRates',
  'payment-account-archived': 'accounts',
};

type Found = { readonly [P in FactPart]?: Known<FactParts[P]> };

/** The organisation's facts as far as they are not older than a day; what is missing is read and stored part by part. Xero calls: none, or one per missing part. */
export function currentFacts(pass: Pass): Promise<OrganisationFacts> {
  return factsNotOlderThan(pass, () => OLD_MS);
}

/** Facts that are fresh enough to send a CIS invoice (C8). Xero calls: at most one more. */
export function factsForCis(pass: Pass): Promise<OrganisationFacts> {
  return factsNotOlderThan(pass, (part) => (part === 'cis' ? CIS_FRESH_MS : OLD_MS));
}

/**
 * Fresher facts for records that would need a person because of them, or undefined where what is known is fresh, or no problem depends on a
 * fact. Xero calls: one per part that is in doubt.
 */
export async function fresherFacts(pass: Pass, problemCodes: readonly string[]): Promise<OrganisationFacts | undefined> {
  const doubted = new Set(problemCodes.flatMap((code) => PART_OF_PROBLEM[code] ?? []));
  if (doubted.size === 0) return undefined;
  const known = await pass.deps.facts.readFacts(pass.scope);
  const now = pass.deps.clock.now();
  const isDoubtful = [...doubted].some((part) => now - (known[part]?.readAt ?? 0) > DOUBTFUL_MS);
  return isDoubtful ? factsNotOlderThan(pass, (part) => (doubted.has(part) ? DOUBTFUL_MS : OLD_MS)) : undefined;
}

async function factsNotOlderThan(pass: Pass, maxAgeMs: (part: ToldPart) => number): Promise<OrganisationFacts> {
  const { facts, clock } = pass.deps;
  const known: Found = await facts.readFacts(pass.scope);
  const now = clock.now();
  const missing = PARTS.filter((part) => known[part] === undefined || now - known[part].readAt > maxAgeMs(part));
  const read: Found = { ...known };
  for (const part of missing) Object.assign(read, { [part]: await readPart(pass, part, read) });
  return toFacts(read as Required<Pick<Found, ToldPart>> & Found);
}

/** Stored at once, so that a limit that is met in between costs nothing twice. */
async function readPart<P extends ToldPart>(pass: Pass, part: P, known: Found): Promise<Known<FactParts[P]>> {
  const readAt = pass.deps.clock.now();
  const fact = { value: await callFor(pass, part, known), readAt };
  await pass.deps.facts.putFact(pass.scope, part, fact);
  return fact;
}

async function callFor<P extends ToldPart>(pass: Pass, part: P, known: Found): Promise<FactParts[P]> {
  const { books } = pass;
  const readers: { readonly [K in ToldPart]: () => Promise<FactParts[K]> } = {
    organisation: () => books.organisation(),
    actions: () => books.actions(),
    cis: () => books.cis(known.organisation?.value.organisationId ?? pass.connection.tenantId),
    accounts: () => books.accounts(),
    taxRates: () => books.taxRates(),
  };
  return readers[part]();
}

function toFacts({ organisation, actions, cis, accounts, taxRates, proven }: Required<Pick<Found, ToldPart>> & Found): OrganisationFacts {
  const { organisationId: _id, ...ofOrganisation } = organisation.value;
  return {
    ...ofOrganisation,
    ...actions.value,
    ...cis.value,
    ...accounts.value,
    ...taxRates.value,
    provenKinds: proven?.value.provenKinds ?? [],
  };
}

/** C7a: Xero has taken documents of these kinds as predicted. Two table operations where a kind is new, else none. */
export async function noteProven(pass: Pass, { provenKinds }: OrganisationFacts, kinds: Iterable<DocumentKind>): Promise<void> {
  const fresh = [...new Set(kinds)].filter((kind) => !provenKinds.includes(kind));
  if (fresh.length === 0) return;
  const known = (await pass.deps.facts.readFacts(pass.scope)).proven?.value.provenKinds ?? [];
  const value = { provenKinds: [...new Set([...known, ...fresh])].sort() };
  await pass.deps.facts.putFact(pass.scope, 'proven', { value, readAt: pass.deps.clock.now() });
}

/** An answer of Xero contradicts what is known of a part: it is read again before it is next used (C8). One table read and one write. */
export async function doubtFact(pass: Pass, part: ToldPart): Promise<void> {
  const known = (await pass.deps.facts.readFacts(pass.scope))[part];
  if (known !== undefined) await pass.deps.facts.putFact(pass.scope, part, { ...known, readAt: 0 });
}

/**
 * Facts after Xero refused something because of them, in whatever way the problem says: these are read again (F1). Undefined where no fact is
 * named. Xero calls: one per part that is.
 */
export async function factsAfterRefusal(pass: Pass, problemCodes: readonly string[]): Promise<OrganisationFacts | undefined> {
  return (await doubtFactsOf(pass, problemCodes)) ? currentFacts(pass) : undefined;
}

/** What Xero's refusals name is read again before it is next used. No Xero call now; one table read and one write per part. */
export async function doubtFactsOf(pass: Pass, problemCodes: readonly string[]): Promise<boolean> {
  const parts = new Set(problemCodes.flatMap((code) => PART_OF_PROBLEM[code] ?? []));
  for (const part of parts) await doubtFact(pass, part);
  return parts.size > 0;
}

/** Does this problem end when a fact of the organisation changes, which nothing tells us of (F1)? */
export function hangsOnFacts({ code }: { readonly code: string }): boolean {
  return PART_OF_PROBLEM[code] !== undefined;
}
