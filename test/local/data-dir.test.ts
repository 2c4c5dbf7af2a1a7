import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimStateSchema, forgetLocalState, holdDataDir } from '../../local/data-dir.ts';

const MODULE = join(import.meta.dirname, '../../local/data-dir.ts');

describe('the data directory of the local stack', () => {
  let parent: string;
  let dataDir: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'data-dir-'));
    dataDir = join(parent, 'local');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('has one holder at a time; the other is told which directory, and how to take another', () => {
    const giveBack = holdDataDir(dataDir);
    expect(() => holdDataDir(dataDir)).toThrow(new RegExp(`^${dataDir} is in use .* GES_XERO_LOCAL_DIR`));
    giveBack();
    holdDataDir(dataDir)();
  });

  it('is free again after a kill of its holder', async () => {
    const script = `const { holdDataDir } = await import(${JSON.stringify(MODULE)}); globalThis.held = holdDataDir(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    expect(() => holdDataDir(dataDir)).toThrow('is in use');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    holdDataDir(dataDir)();
  });

  it('that cannot be made is named, with the variable that moves it', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(() => holdDataDir(join(parent, 'file', 'local'))).toThrow(/file\/local cannot be used: .*GES_XERO_LOCAL_DIR/);
  });

  it('forgets the state under the hold, and stays held', () => {
    const giveBack = holdDataDir(dataDir);
    writeFileSync(join(dataDir, 'demo.json'), '{}');
    forgetLocalState(dataDir);
    expect(existsSync(join(dataDir, 'demo.json'))).toBe(false);
    expect(() => holdDataDir(dataDir)).toThrow('is in use');
    giveBack();
  });

  it('takes new state and state of its own schema; of another one it says so, until it is begun afresh', () => {
    mkdirSync(dataDir);
    claimStateSchema(dataDir);
    mkdirSync(join(dataDir, 'aws-edge'));
    claimStateSchema(dataDir);
    writeFileSync(join(dataDir, 'state-schema.json'), '{"schema":0}');
    expect(() => claimStateSchema(dataDir)).toThrow(/another version .* --fresh/);
    forgetLocalState(dataDir);
    claimStateSchema(dataDir);
  });

  it('state from before there were schema numbers is of another one', () => {
    mkdirSync(join(dataDir, 'ges'), { recursive: true });
    expect(() => claimStateSchema(dataDir)).toThrow(/--fresh/);
  });
});
