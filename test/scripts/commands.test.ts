import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const LONG = 120_000;
const run = (...args: readonly string[]) => spawnSync(process.execPath, ['scripts/run.mjs', ...args], { cwd: root, encoding: 'utf8' });

/** Waits until `read` gives something; Jest's own time limit ends it. */
async function eventually<T>(read: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a command that is ended from outside', () => {
  const groups: ChildProcess[] = [];
  afterEach(() => {
    for (const { pid } of groups.splice(0)) {
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // The whole group is gone: that is what the test wants.
      }
    }
  });

  /** The sandbox as `npm run sandbox` starts it: below a shell. Resolves with its address. */
  async function startSandbox(command: string): Promise<{ readonly top: ChildProcess; readonly url: string }> {
    const env = { ...process.env, npm_lifecycle_event: 'sandbox', NODE: process.execPath };
    const top = spawn('sh', ['-c', command], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    groups.push(top);
    let said = '';
    top.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
    return { top, url: await eventually(() => /on (http:\S+)/.exec(said)?.[1]) };
  }

  it.each([
    ['itself gets SIGTERM', 'exec "$NODE" scripts/run.mjs local/xero-sandbox/main.ts --port 0'],
    ['the shell that npm has put between dies of it', '"$NODE" scripts/run.mjs local/xero-sandbox/main.ts --port 0; true'],
  ])(
    'takes its program with it: %s',
    async (_how, command) => {
      const { top, url } = await startSandbox(command);
      expect((await fetch(url)).status).toBe(200);
      top.kill('SIGTERM');
      const outcome = await eventually(() =>
        fetch(url).then(
          () => undefined,
          () => 'stopped',
        ),
      );
      expect(outcome).toBe('stopped');
    },
    LONG,
  );
});

describe('npm run contracts -- --help', () => {
  it(
    'explains itself and writes nothing',
    () => {
      const file = join(root, 'docs/contracts/openapi.yaml');
      const before = statSync(file).mtimeMs;
      const { status, stdout } = run('scripts/contracts.ts', '--help');
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('usage: npm run contracts') as unknown });
      expect(statSync(file).mtimeMs).toBe(before);
    },
    LONG,
  );
});

describe('npm test -- <a path without tests>', () => {
  it(
    'fails with a closing line, not with a stack trace',
    () => {
      const { status, stdout, stderr } = run('scripts/check.ts', 'test/nowhere');
      expect({ status, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ status: 1, last: '0 passed, 1 failed' });
      expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    },
    LONG,
  );
});
