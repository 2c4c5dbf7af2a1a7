/** Names of customers: how they are compared (sync-policy, "Normalised name") and made fit for Xero (B8). */

/** Longest name Xero takes. */
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

/** `name` without the suffix that we added to it (B4: it never returns to GES), whatever a person has made of its case and spaces. */
export function withoutSuffix(name: string, suffix: string | undefined): string {
  if (suffix === undefined || suffix === '') return name;
  if (name.endsWith(suffix)) return name.slice(0, -suffix.length).trimEnd();
  const start = name.lastIndexOf('(');
  const isOurs = start > 0 && withoutCaseAndSpaces(name.slice(start)) === withoutCaseAndSpaces(suffix);
  return isOurs ? name.slice(0, start).trimEnd() : name;
}

function withoutCaseAndSpaces(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase();
}

/** No postcode is longer, anywhere; what is longer would leave the name no room. */
const MAX_POSTCODE_LENGTH = 20;

/** What may be appended to make a name unique, in the order to try: the postcode, then the GES id (B3). */
export function suffixesFor(postcode: string, gesId: string): readonly string[] {
  const tidy = cleanName(postcode);
  return [...(tidy === '' || tidy.length > MAX_POSTCODE_LENGTH ? [] : [` (${tidy})`]), ` (${gesId})`];
}

/**
 * The part of a name that finds it again by text search whatever its spelling: the longest run of plain letters and digits that is not
 * a word many firms share, since the longest is shared by fewest contacts. Where another spelling may have an apostrophe ("O'Brien",
 * "Anderson's"), only what both spellings hold counts. Undefined when the name has none (then all contacts must be read).
 */
export function searchTermFor(name: string): string | undefined {
  const words = name
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => !COMMON_WORDS.has(word.toLowerCase()))
    .map((word) => word.replace(/s$/i, ''));
  // The rest of a word whose O or D may stand before an apostrophe is found only by a search that looks inside words: the last resort.
  const sure = words.filter((word) => !APOSTROPHE_MAY_FOLLOW.test(word));
  return longestOf(sure) ?? longestOf(words.map((word) => word.replace(APOSTROPHE_MAY_FOLLOW, '')));
}

const APOSTROPHE_MAY_FOLLOW = /^[OD](?=[A-Z])/;

/** The longest that is long enough to be searched by. */
function longestOf(words: readonly string[]): string | undefined {
  return words.filter((word) => word.length >= 3).sort((a, b) => b.length - a.length)[0];
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
