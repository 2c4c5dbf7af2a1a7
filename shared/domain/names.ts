/** Names of customers: how they are compared (sync-policy, "Normalised name") and made fit for Xero (B8). */

/** Longest name Xero takes (xero-facts §5). */
export const MAX_NAME_LENGTH = 255;

/** Lower case, accents and punctuation removed, spaces collapsed, `&` = and, Ltd = Limited. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/\bltd\b/g, 'limited')
    .replace(/ +/g, ' ');
}

/** Removes what Xero refuses in a name: angle brackets, control characters, doubled or outer spaces, more than 255 characters (B8). */
export function cleanName(name: string): string {
  return truncate(
    name
      .replace(/[<>]/g, '')
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim(),
    MAX_NAME_LENGTH,
  );
}

/** `name` with `suffix` behind it, never longer than Xero takes. */
export function withSuffix(name: string, suffix: string): string {
  return `${truncate(name, MAX_NAME_LENGTH - suffix.length)}${suffix}`;
}

/** `name` without the suffix that we added to it (B4: it never returns to GES). */
export function withoutSuffix(name: string, suffix: string | undefined): string {
  return suffix !== undefined && suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length).trimEnd() : name;
}

/** What may be appended to make a name unique, in the order to try: the postcode, then the GES id (B3). */
export function suffixesFor(postcode: string, gesId: string): readonly string[] {
  const tidy = cleanName(postcode);
  return [...(tidy === '' ? [] : [` (${tidy})`]), ` (${gesId})`];
}

/**
 * The part of a name that finds it again by text search whatever its spelling: the longest run of plain letters and digits that is not
 * a word many firms share. Undefined when the name has none (then all contacts must be read).
 */
export function searchTermFor(name: string): string | undefined {
  const runs = name.split(/[^A-Za-z0-9]+/).filter((run) => run.length >= 3 && !COMMON_WORDS.has(run.toLowerCase()));
  return runs.sort((a, b) => b.length - a.length)[0];
}

const COMMON_WORDS = new Set(['ltd', 'limited', 'and', 'the', 'mrs', 'miss', 'plc', 'llp']);

function truncate(text: string, length: number): string {
  return text.length <= length
    ? text
    : text
        .slice(0, length)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd();
}
