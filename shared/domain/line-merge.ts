import { linesBothChanged, linesNotForGes, taxChangedOnBothSides, taxTypeUnknown } from './invoice-problems.ts';
import {
  isDeductionLine,
  isDigest,
  isXeroOnly,
  LINE_PARTS,
  readLines,
  sameLine,
  samePart,
  writeLines,
  type FieldLine,
  type LinePart,
} from './invoice-lines.ts';
import { withPresentIds } from './line-pairs.ts';
import { scaled } from './money.ts';
import type { Conflict } from './reconcile.ts';
import type { Problem } from './records.ts';

/** Both sides of the lines, as fields. In the base Xero's lines say which GES line each one is. */
export interface LinesOfBoth {
  readonly ges: string;
  readonly xero: string;
}

/** One line as both sides are to have it. */
export interface MergedLine {
  /** As GES is to have it; absent: only Xero has the line, and it stays as it is there. */
  readonly ges?: FieldLine;
  /** The line that it is in Xero now; absent: it is new there. */
  readonly lineItemId?: string;
  /** What of it Xero is to be told. */
  readonly send: ReadonlySet<LinePart>;
}

/** What each side must be told of lines (C2, E1). */
export interface LineMerge {
  /** In the order of GES; what only Xero had comes last. */
  readonly lines: readonly MergedLine[];
  readonly inclusive: boolean;
  /** What Xero is to be told, in words; empty: nothing. */
  readonly changes: readonly string[];
  /** Xero is to be told nothing but other words for lines. */
  readonly isWordingOnly: boolean;
  /** GES's lines as they are to be, as a field; absent: GES is to be told nothing. */
  readonly toGes?: string;
  readonly conflicts: readonly Conflict[];
  /** Only a person can say which lines are right: nothing of them travels. */
  readonly problem?: Problem;
}

/** How the parts of a line are called. */
const PART_NAMES: Readonly<Record<LinePart, string>> = {
  description: 'description',
  quantity: 'quantity',
  price: 'price',
  discount: 'discount',
  vat: 'VAT',
  cis: 'CIS',
};
const ALL: ReadonlySet<LinePart> = new Set(LINE_PARTS);
const NOTHING: ReadonlySet<LinePart> = new Set();

/**
 * Three-way merge of lines, line by line and part by part, each side against its own base (C2, E1): changed on one side: that side wins;
 * changed differently on both: GES wins, but VAT and CIS, which are asked about. Lines that one side added or removed travel. What GES cannot
 * hold stays in Xero, and GES's edits of such a line are asked about. Pure.
 */
export function mergeLines(base: LinesOfBoth, now: LinesOfBoth): LineMerge {
  return new Merging(base, now).merged();
}

/** A line that was in step, as it was and as it is. A side without the line has removed it. */
interface Pair {
  readonly baseGes: FieldLine;
  readonly baseXero: FieldLine;
  readonly ges: FieldLine | undefined;
  readonly xero: FieldLine | undefined;
}

class Merging {
  private readonly base: { readonly ges: ReturnType<typeof readLines>; readonly xero: ReturnType<typeof readLines> };
  private readonly now: typeof this.base;
  private readonly ids: Set<string>;
  private readonly changes: string[] = [];
  private readonly conflicts: Conflict[] = [];
  private problem: Problem | undefined;
  private tellsGes = false;
  private isWordingOnly = true;

  constructor(base: LinesOfBoth, now: LinesOfBoth) {
    this.now = { ges: readLines(now.ges), xero: readLines(now.xero) };
    const [ges, xero] = [readLines(base.ges), readLines(base.xero)];
    const gesLines = withPresentIds(ges.lines, this.now.ges.lines);
    const newIds = new Map(ges.lines.map(({ id }, place) => [id, gesLines[place]?.id ?? id]));
    const xeroLines = withPresentIds(xero.lines, this.now.xero.lines).map((line) =>
      line.of === undefined ? line : { ...line, of: newIds.get(line.of) ?? line.of },
    );
    this.base = { ges: { ...ges, lines: gesLines }, xero: { ...xero, lines: xeroLines } };
    this.ids = new Set([...this.base.ges.lines, ...this.now.ges.lines].map(({ id }) => id));
  }

  merged(): LineMerge {
    const { base, now } = this;
    const inclusive = this.inclusive();
    const pairs = this.pairs();
    const paired = new Map(pairs.map((pair) => [pair.baseGes.id, pair]));
    const kept: MergedLine[] = [];
    for (const line of now.ges.lines) {
      const pair = paired.get(line.id);
      const merged = pair === undefined ? this.onlyInGes(line) : this.both(pair);
      if (merged !== undefined) kept.push(merged);
    }
    for (const pair of pairs) if (pair.ges === undefined) this.removedInGes(pair);
    const knownToXero = new Set(base.xero.lines.map(({ id }) => id));
    const ofPairs = new Set(pairs.map(({ baseXero }) => baseXero.id));
    for (const line of now.xero.lines) {
      if (ofPairs.has(line.id)) continue;
      kept.push(knownToXero.has(line.id) ? { lineItemId: line.id, send: NOTHING } : this.addedInXero(line));
    }
    const forGes = kept.flatMap(({ ges }) => ges ?? []);
    // What a base has only the digest of cannot be told to anybody.
    if (this.tellsGes && forGes.some(({ description }) => isDigest(description))) this.ask(linesNotForGes());
    return {
      lines: kept,
      inclusive,
      changes: this.changes,
      isWordingOnly: this.isWordingOnly,
      ...(this.tellsGes && this.problem === undefined ? { toGes: writeLines({ inclusive, lines: forGes }) } : {}),
      conflicts: this.conflicts,
      ...(this.problem === undefined ? {} : { problem: this.problem }),
    };
  }

  /** Prices are converted where the two bases differ (C6): then a price of Xero means something else in GES. */
  private get isConverted(): boolean {
    return this.base.ges.inclusive !== this.base.xero.inclusive;
  }

  private get xeroTurned(): boolean {
    return this.now.xero.inclusive !== this.base.xero.inclusive;
  }

  /** GES says of its prices anew whether VAT is in them, and Xero does not know it yet. */
  private get gesTurned(): boolean {
    const { base, now } = this;
    const isTold = this.xeroTurned && !this.isConverted && now.ges.inclusive === now.xero.inclusive;
    return now.ges.inclusive !== base.ges.inclusive && !isTold;
  }

  private inclusive(): boolean {
    const { base, now, xeroTurned } = this;
    if (!this.gesTurned && (!xeroTurned || now.ges.inclusive !== base.ges.inclusive)) return now.ges.inclusive;
    // A price means something else on each side now, so only one side may have touched the lines.
    const byId = new Map(base.xero.lines.map((line) => [line.id, line]));
    const priced = ({ id, price, discount }: FieldLine): boolean => byId.get(id)?.price === price && byId.get(id)?.discount === discount;
    if (this.gesTurned && (xeroTurned || !now.xero.lines.every(priced))) this.ask(linesBothChanged());
    if (xeroTurned && !this.gesTurned && (this.isConverted || !this.gesIsAsBefore())) this.ask(linesBothChanged());
    if (this.gesTurned) {
      this.change('prices with or without VAT', false);
      return now.ges.inclusive;
    }
    this.tellsGes = true;
    return now.xero.inclusive;
  }

  private gesIsAsBefore(): boolean {
    const byId = new Map(this.base.ges.lines.map((line) => [line.id, line]));
    const { lines } = this.now.ges;
    return lines.length === byId.size && lines.every((line) => sameLine(line, byId.get(line.id) ?? { ...line, price: '' }));
  }

  private pairs(): readonly Pair[] {
    const ofBaseGes = new Map(this.base.ges.lines.map((line) => [line.id, line]));
    const ofGes = new Map(this.now.ges.lines.map((line) => [line.id, line]));
    const ofXero = new Map(this.now.xero.lines.map((line) => [line.id, line]));
    return this.base.xero.lines.flatMap((baseXero): Pair[] => {
      const baseGes = ofBaseGes.get(baseXero.of ?? '');
      if (baseGes === undefined) return [];
      return [{ baseGes, baseXero, ges: ofGes.get(baseGes.id), xero: ofXero.get(baseXero.id) }];
    });
  }

  private both({ baseGes, baseXero, ges, xero }: Pair): MergedLine | undefined {
    if (ges === undefined) return undefined;
    if (xero === undefined) return this.removedInXero(baseGes, ges);
    const toGes: Partial<Record<LinePart, string>> = {};
    const send = new Set<LinePart>();
    for (const part of LINE_PARTS) {
      const gesChanged = !samePart(part, baseGes, ges);
      const xeroChanged = !samePart(part, baseXero, xero);
      if (part === 'price' && this.gesTurned) send.add(part);
      if ((!gesChanged && !xeroChanged) || this.agree(part, ges, xero)) continue;
      if (!gesChanged) {
        if (this.mayGoToGes(part, baseGes, xero)) toGes[part] = gesValue(part, xero);
        continue;
      }
      if (isXeroOnly(xero.vat)) this.ask(taxTypeUnknown(ges.description, xero.vat));
      else if (part === 'discount' && isXeroOnly(xero.discount)) this.ask(linesNotForGes());
      else if (xeroChanged && (part === 'vat' || part === 'cis')) this.ask(taxChangedOnBothSides(ges.description));
      else {
        send.add(part);
        this.change(`the ${PART_NAMES[part]} of “${short(ges)}”`, part === 'description');
        if (xeroChanged) this.conflict(`the ${PART_NAMES[part]} of “${short(ges)}”`, ges[part] ?? '', xero[part] ?? '');
      }
    }
    if (Object.keys(toGes).length > 0) this.tellsGes = true;
    return { ges: withText({ ...ges, ...toGes }, xero), lineItemId: xero.id, send };
  }

  /** With converted prices the same words mean different money, so nothing but what the bases said can agree. */
  private agree(part: LinePart, ges: FieldLine, xero: FieldLine): boolean {
    return !(this.isConverted && part === 'price') && samePart(part, ges, xero);
  }

  /** Nothing is approximated (C11): what GES cannot hold stays in Xero. */
  private mayGoToGes(part: LinePart, baseGes: FieldLine, xero: FieldLine): boolean {
    if (part === 'price' && this.isConverted) return false;
    if (part === 'quantity') return isPositive(xero) || baseGes.quantity === xero.quantity;
    return !isXeroOnly(xero[part] ?? '');
  }

  private onlyInGes(line: FieldLine): MergedLine | undefined {
    const before = this.base.ges.lines.find(({ id }) => id === line.id);
    // It never went to Xero, and as it is it has nothing to do there.
    if (isDeductionLine(line) || (before !== undefined && sameLine(before, line))) return { ges: line, send: NOTHING };
    this.change(`the line “${short(line)}” was added`, false);
    return { ges: line, send: ALL };
  }

  private removedInGes({ baseXero, xero, baseGes }: Pair): void {
    if (xero === undefined) return;
    if (isXeroOnly(xero.vat)) return this.ask(taxTypeUnknown(baseGes.description, xero.vat));
    if (!samePart('vat', baseXero, xero) || !samePart('cis', baseXero, xero)) return this.ask(taxChangedOnBothSides(baseGes.description));
    this.change(`the line “${short(xero)}” was removed`, false);
    if (!sameLine(baseXero, xero)) this.conflict(`the line “${short(xero)}”`, 'removed', `${xero.quantity} × ${xero.price}`);
  }

  private removedInXero(baseGes: FieldLine, ges: FieldLine): MergedLine | undefined {
    if (sameLine(baseGes, ges)) {
      this.tellsGes = true;
      return undefined;
    }
    this.change(`the line “${short(ges)}” was added`, false);
    this.conflict(`the line “${short(ges)}”`, `${ges.quantity} × ${ges.price}`, 'removed');
    return { ges, send: ALL };
  }

  private addedInXero(line: FieldLine): MergedLine {
    const isHeld = isPositive(line) && !isXeroOnly(line.vat) && !isXeroOnly(line.discount) && !this.isConverted;
    if (!isHeld) return { lineItemId: line.id, send: NOTHING };
    if (this.gesTurned) this.ask(linesBothChanged());
    this.tellsGes = true;
    const { cis = 'other', of: _of, ...rest } = line;
    return { ges: { ...rest, id: this.freeId(), cis: cis === 'labour' ? 'labour' : 'none' }, lineItemId: line.id, send: NOTHING };
  }

  private freeId(): string {
    let number = this.ids.size + 1;
    while (this.ids.has(`l${String(number)}`)) number += 1;
    this.ids.add(`l${String(number)}`);
    return `l${String(number)}`;
  }

  private change(what: string, isWording: boolean): void {
    this.changes.push(what);
    this.isWordingOnly &&= isWording;
  }

  private conflict(field: string, kept: string, lost: string): void {
    this.conflicts.push({ field, winner: 'ges', kept, lost });
  }

  private ask(problem: Problem): void {
    this.problem ??= problem;
  }
}

/** What GES is told of a part of a line of Xero. Of a line that is no labour any more: CIS materials. */
function gesValue(part: LinePart, xero: FieldLine): string {
  const value = xero[part] ?? '';
  return part === 'cis' && value !== 'labour' ? 'materials' : value;
}

/** Of a long text a base has only the digest: then Xero's own is taken. */
function withText(line: FieldLine, xero: FieldLine): FieldLine {
  return isDigest(line.description) ? { ...line, description: xero.description } : line;
}

function isPositive({ quantity }: FieldLine): boolean {
  return scaled(quantity, 4) > 0n;
}

function short({ description }: FieldLine): string {
  const LONGEST = 40;
  if (isDigest(description)) return 'a long text';
  return description.length <= LONGEST ? description : `${description.slice(0, LONGEST)}…`;
}
