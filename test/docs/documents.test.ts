import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const documents = globSync(['*.md', 'docs/**/*.md', 'local/*/README.md'], { cwd: root }).map((path) => path.replaceAll('\\', '/'));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

/** The anchor of a heading, as code hosts make it. */
function anchor(heading: string): string {
  const text = heading.replace(/[`*]/g, '').trim().toLowerCase();
  return text.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

function anchorsOf(path: string): readonly string[] {
  return [...withoutCode(read(path)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));
}

/** Relative links of a document that lead nowhere. */
function deadLinks(path: string): readonly string[] {
  const links = [...withoutCode(read(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', fragment] = target.split('#');
    const to = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(root, to))) return true;
    return fragment !== undefined && !anchorsOf(to).includes(fragment);
  });
}

describe('documents', () => {
  it.each(documents)('%s: every relative link leads somewhere', (path) => {
    expect(deadLinks(path)).toEqual([]);
  });

  it.each(documents)('%s: every npm command is in package.json', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    const named = [...read(path).matchAll(/\bnpm (?:run (?:-s )?)?(start|test|(?<=run (?:-s )?)[a-z-]+)\b/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it.each(documents)('%s: every file of the project that it names is there', (path) => {
    const named = [...withoutCode(read(path)).matchAll(/`((?:bin|lib|functions|shared|local|scripts|test|docs)\/[\w./-]+)`/g)];
    const missing = named.map(([, name = '']) => name).filter((name) => !existsSync(join(root, name)));
    expect(missing).toEqual([]);
  });
});

describe('README.md', () => {
  const readme = read('README.md');

  it('has the two commands', () => {
    expect(readme).toMatch(/^npm start\nnpm test$/m);
  });

  it.each(['AWS_EDGE_PORT', 'GES_SIMULATOR_PORT', 'XERO_SANDBOX_PORT', 'INTEGRATION_API_PORT', 'GES_XERO_LOCAL_DIR'])(
    'names %s, which the code reads',
    (variable) => {
      expect(readme).toContain(variable);
      expect(read('local/ports.ts') + read('local/start.ts')).toContain(variable);
    },
  );
});

describe('docs/runbook.md', () => {
  it('has a heading for every alarm of the stack, and none for another', () => {
    const rules = read('lib/alarm-rules.ts');
    const alarms = [...rules.matchAll(/(?:\bid: |deadLetters\(\s*)'(\w+)'/g)].map(([, name]) => name);
    const part = read('docs/runbook.md').split('# Alarms')[1]?.split('# Jobs')[0] ?? '';
    expect([...part.matchAll(/^## (\w+)$/gm)].map(([, name]) => name).sort()).toEqual(alarms.sort());
  });
});

describe('docs/attention.md', () => {
  const constants = new Map<string, string>();
  const written = new Set<string>();
  const sources = globSync('shared/{domain,sync,xero,ges}/*.ts', { cwd: root }).map(read);
  for (const source of sources) {
    for (const [, name = '', code = ''] of source.matchAll(/const ([A-Z_]+) = '([a-z-]+)'/g)) constants.set(name, code);
  }
  // A problem is an object whose code is followed by its message.
  for (const source of sources) {
    for (const [, expression = ''] of source.matchAll(/code: ([^,\n]+),\s+message\b/g)) {
      for (const [, code = ''] of expression.matchAll(/'([a-z-]+)'/g)) written.add(code);
      const named = constants.get(expression);
      if (named !== undefined) written.add(named);
    }
  }

  it('explains every code of a problem, and no other', () => {
    const tables = read('docs/attention.md').split('\n## ').slice(1).join('\n');
    const explained = [...tables.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
    );
    expect(explained.sort()).toEqual([...written].sort());
  });
});
