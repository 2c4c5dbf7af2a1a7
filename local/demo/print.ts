import { toPounds } from '../../shared/domain/money.ts';
import type { Amounts, Comparison } from './comparison.ts';

/** What `npm start -- --once` prints as its last line. */
export interface Summary {
  readonly records: number;
  readonly agree: number;
  readonly attention: number;
  readonly notFollowed: number;
  readonly xeroCalls: number;
  readonly xeroWrites: number;
  readonly seconds: number;
}

const LABELS = { total: 'totals', vat: 'VAT', due: 'amounts due' } as const;
const MARKS = { agrees: 'agrees', attention: 'needs attention', 'not-followed': 'not followed', differs: 'DIFFERS' } as const;

/** Both sides as a table, and below it every record that is not simply equal, with the rule that says so. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ gesId, inGes, inXero, state }) => [gesId, inGes, inXero ?? '–', MARKS[state]]);
  const explained = comparisons.filter(({ because }) => because !== null);
  const lines = table(['record', 'in Gas Engineer Software', 'in Xero', 'state'], rows);
  if (explained.length > 0) lines.push('', 'Not simply equal, and why:');
  for (const { gesId, state, because } of explained) lines.push(`  ${gesId} (${MARKS[state]}): ${because ?? ''}`);
  return lines.join('\n');
}

/** Total, VAT and amount due of all agreeing invoices, summed on each side: equal to the penny, or not. */
export function moneyTable(comparisons: readonly Comparison[]): string {
  const agreeing = comparisons.flatMap(({ state, money }) => (state === 'agrees' && money !== undefined ? [money] : []));
  const sum = (side: 'ges' | 'xero', what: keyof Amounts): number => agreeing.reduce((total, money) => total + money[side][what], 0);
  const rows = (['total', 'vat', 'due'] as const).map((what) => {
    const [ges, xero] = [sum('ges', what), sum('xero', what)];
    return [LABELS[what], `£${toPounds(ges)}`, `£${toPounds(xero)}`, ges === xero ? 'equal' : 'DIFFERS'];
  });
  return table([`${agreeing.length} agreeing invoices`, 'in Gas Engineer Software', 'in Xero', ''], rows).join('\n');
}

/** Counts of the last line; `xeroCalls` and `xeroWrites` since the start of the command. */
export function summaryOf(
  comparisons: readonly Comparison[],
  calls: { readonly xeroCalls: number; readonly xeroWrites: number },
  seconds: number,
): Summary {
  const count = (state: Comparison['state']): number => comparisons.filter((comparison) => comparison.state === state).length;
  return {
    records: comparisons.length,
    agree: count('agrees'),
    attention: count('attention'),
    notFollowed: count('not-followed'),
    xeroCalls: calls.xeroCalls,
    xeroWrites: calls.xeroWrites,
    seconds: Math.round(seconds * 10) / 10,
  };
}

/** Does every record agree, or wait for a person, or stand outside for a reason? */
export function isInStep({ records, agree, attention, notFollowed }: Summary): boolean {
  return records > 0 && agree + attention + notFollowed === records;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)];
}
