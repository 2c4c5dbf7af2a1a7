/** What an EventBridge rule matches on: the event as its targets will see it. */
export type EventMatcher = (event: Readonly<Record<string, unknown>>) => boolean;

type Matches = (value: unknown) => boolean;

/** The content filters known here, each made of its argument. */
const OPERATORS: Readonly<Record<string, (argument: unknown, where: string) => Matches>> = {
  prefix: (argument, where) => {
    const prefix = text(argument, where);
    return (value) => typeof value === 'string' && value.startsWith(prefix);
  },
  suffix: (argument, where) => {
    const suffix = text(argument, where);
    return (value) => typeof value === 'string' && value.endsWith(suffix);
  },
  exists: (argument) => (value) => (value !== undefined) === (argument === true),
  'anything-but': (argument, where) => {
    const excluded: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
    if (excluded.some((item) => typeof item === 'object'))
      throw new Error(`${where}: the AWS edge knows anything-but with plain values only.`);
    return (value) => value !== undefined && !excluded.includes(value);
  },
};

function text(argument: unknown, where: string): string {
  if (typeof argument === 'string') return argument;
  throw new Error(`${where}: this filter of an event pattern needs a text, not ${JSON.stringify(argument)}.`);
}

/**
 * Compiles an event pattern: exact values, `prefix`, `suffix`, `exists`, `anything-but`, at any depth. Any other operator
 * throws, naming the rule (`where`): a rule that silently matched nothing would lose events.
 */
export function compilePattern(pattern: unknown, where: string): EventMatcher {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern))
    throw new Error(`${where}: an event pattern is an object.`);
  const fields = Object.entries(pattern).map(([field, wanted]) => {
    if (field.startsWith('$')) throw new Error(`${where}: the AWS edge does not know the event pattern operator ${field}.`);
    return [field, compileField(wanted, where)] as const;
  });
  return (event) => fields.every(([field, matches]) => matches(event[field]));
}

function compileField(wanted: unknown, where: string): Matches {
  if (!Array.isArray(wanted)) {
    const nested = compilePattern(wanted, where);
    return (value) => nested(typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
  }
  const alternatives = wanted.map((item: unknown) => compileAlternative(item, where));
  // An array in the event matches when one of its members does.
  return (value) => alternatives.some((matches) => (Array.isArray(value) ? value.some(matches) : matches(value)));
}

function compileAlternative(item: unknown, where: string): Matches {
  if (typeof item !== 'object' || item === null) return (value) => value === item;
  const [[operator, argument] = ['', undefined], ...rest] = Object.entries(item);
  const compile = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (compile === undefined || rest.length > 0)
    throw new Error(`${where}: the AWS edge does not know the event pattern operator ${JSON.stringify(item)}.`);
  return compile(argument, where);
}
