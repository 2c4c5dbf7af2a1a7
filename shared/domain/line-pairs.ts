import { readLines, sameLine, samePart, writeLines, type FieldLine, type LinePart } from './invoice-lines.ts';

/** Which line of Xero is which of GES: by LineItemID where it is known, else by content, never by place (C2). Pure. */

/** A line of Xero of which it is known which GES line it is. Without an id it is found again by content. */
export type KnownLine = FieldLine & { readonly of: string };

/** How two lines may be the same one, the surest first. */
const LIKENESSES: readonly (readonly LinePart[])[] = [
  ['description', 'quantity', 'price', 'discount', 'vat', 'cis'],
  ['description', 'quantity', 'price'],
  ['description', 'vat', 'cis'],
  ['description'],
  ['quantity', 'price', 'vat', 'cis'],
];

/**
 * Xero's lines as a base keeps them: each with the GES line that it is (`of`). `known`: what tells that, the best first: the lines that were
 * sent, the base before, GES's own lines. In the order of what is known, so that the same lines make the same base however Xero orders them.
 */
export function withPairs(xero: string, known: readonly (readonly KnownLine[])[]): string {
  const { inclusive, lines } = readLines(xero);
  const pairs = new Map<number, string>();
  for (const candidates of known) {
    const taken = new Set(pairs.values());
    const open = candidates.filter(({ of }) => !taken.has(of));
    const idOf = new Map(open.filter(({ id }) => id !== '').map(({ id, of }) => [id, of]));
    for (const [index, { id }] of lines.entries()) {
      const of = idOf.get(id);
      if (of !== undefined && !pairs.has(index)) pairs.set(index, of);
    }
    const left = lines.map((line, index) => ({ ...line, index })).filter(({ index }) => !pairs.has(index));
    const nameless = open.filter(({ id }) => id === '');
    for (const [reference, { index }] of matchByContent(nameless, left)) pairs.set(index, reference.of);
  }
  const order = new Map<string | undefined, number>();
  for (const { of } of known.flat()) if (!order.has(of)) order.set(of, order.size);
  const marked = lines.map(({ of: before, ...line }, index): FieldLine => {
    const of = pairs.get(index) ?? before;
    return of === undefined ? line : { ...line, of };
  });
  const placeOf = ({ of }: FieldLine): number => order.get(of) ?? order.size;
  return writeLines({ inclusive, lines: marked.sort((a, b) => placeOf(a) - placeOf(b) || (a.id < b.id ? -1 : 1)) });
}

/** Pairs of lines that say the same, the surest first; what is left alone on both sides in the end belongs together. */
function matchByContent<A extends FieldLine, B extends FieldLine>(some: readonly A[], others: readonly B[]): readonly (readonly [A, B])[] {
  const pairs: (readonly [A, B])[] = [];
  const [left, right] = [new Set(some), new Set(others)];
  const match = (isSame: (a: A, b: B) => boolean): void => {
    for (const a of left) {
      const b = [...right].find((candidate) => isSame(a, candidate));
      if (b === undefined) continue;
      pairs.push([a, b]);
      left.delete(a);
      right.delete(b);
    }
  };
  for (const parts of LIKENESSES) match((a, b) => parts.every((part) => samePart(part, a, b)));
  if (left.size === 1 && right.size === 1) match(() => true);
  return pairs;
}

/** The lines of a base with the ids that they have now: one whose id is gone is the new one of just the same content. */
export function withPresentIds(base: readonly FieldLine[], now: readonly FieldLine[]): readonly FieldLine[] {
  const present = new Set(now.map(({ id }) => id));
  const before = new Set(base.map(({ id }) => id));
  const fresh = now.filter(({ id }) => !before.has(id));
  const nameless = matchByContent(
    base.filter(({ id }) => id === ''),
    fresh,
  );
  const found = new Map<FieldLine, FieldLine>(nameless);
  const taken = new Set<FieldLine>(nameless.map(([, line]) => line));
  for (const line of base) {
    if (line.id === '' || present.has(line.id)) continue;
    const again = fresh.find((candidate) => !taken.has(candidate) && sameLine(line, candidate));
    if (again === undefined) continue;
    found.set(line, again);
    taken.add(again);
  }
  return base.map((line) => {
    const again = found.get(line);
    return again === undefined ? line : { ...line, id: again.id };
  });
}
