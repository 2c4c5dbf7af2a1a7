import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { synthesise } from '../../scripts/synth.ts';

// The CDK's own template validation takes seconds and has a test of its own (test/lib/sync-stack.test.ts).
process.env['CDK_VALIDATION'] = 'false';

const directory = mkdtempSync(join(tmpdir(), 'synth-'));

afterAll(() => rmSync(directory, { recursive: true }));

interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties: Record<string, unknown>; Metadata?: Record<string, string> }>>;
}

function functionsIn(templatePath: string) {
  const { Resources } = JSON.parse(readFileSync(templatePath, 'utf8')) as Template;
  return Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
}

describe('synth', () => {
  const outDir = join(directory, 'local');

  it('writes the template and one bundle for each of the six functions', async () => {
    const { templatePath, assemblyDir, reused } = await synthesise({ stage: 'local', outDir });

    expect(reused).toBe(false);
    expect(templatePath).toBe(join(assemblyDir, 'ges-xero-local.template.json'));
    const bundles = functionsIn(templatePath).map(({ Metadata }) => String(Metadata?.['aws:asset:path']));
    expect(new Set(bundles).size).toBe(6);
    for (const bundle of bundles) expect(readdirSync(join(assemblyDir, bundle)).sort()).toEqual(['index.mjs', 'index.mjs.map']);
  }, 60_000);

  it('reuses the assembly while no input has changed', async () => {
    expect((await synthesise({ stage: 'local', outDir })).reused).toBe(true);
  });

  it('makes it anew for other values of the stage, and hands them to the functions', async () => {
    const overrides = { gesApiBaseUrl: 'http://localhost:14570' };
    const { templatePath, reused } = await synthesise({ stage: 'local', outDir, overrides });
    expect(reused).toBe(false);
    expect(JSON.stringify(functionsIn(templatePath))).toContain('"GES_API_BASE_URL":"http://localhost:14570"');
  }, 60_000);

  it('says in one line that a stage does not exist, and leaves nothing behind', async () => {
    await expect(synthesise({ stage: 'nowhere', outDir: join(directory, 'nowhere') })).rejects.toThrow(
      'synth of stage "nowhere" failed:\nunknown stage "nowhere": cdk.json knows local, dev, prod',
    );
    expect(readdirSync(directory).filter((name) => name.startsWith('nowhere'))).toEqual([]);
  }, 60_000);

  it('never overwrites a directory that it did not make', async () => {
    const foreign = join(directory, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'letter.txt'), 'keep me');
    await expect(synthesise({ stage: 'local', outDir: foreign })).rejects.toThrow(/is not an assembly of this project/);
    expect(readFileSync(join(foreign, 'letter.txt'), 'utf8')).toBe('keep me');
  });
});
