// Runs a command of this project on any machine that has Node >= 20, npm and git: installs what package-lock.json
// names if that has not happened yet, then runs the given TypeScript file on the Node 24 that the install brought
// (optionalDependencies), or on the machine's own Node >= 24 where no such package exists.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [script, ...args] = process.argv.slice(2);
const windows = process.platform === 'win32';

function fail(message) {
  console.error(message);
  process.exit(1);
}

function installIfNeeded() {
  const stampFile = join(root, 'node_modules', '.installed-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return;
  console.log('Installing dependencies, once per package-lock.json …');
  // Not `npm ci`: it refuses a lock file without the binaries of every platform, and not every registry serves all of them
  // (docs/decisions.md). The versions are those of the lock file all the same, and it is left as it is.
  const options = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawnSync('npm', options, { cwd: root, stdio: 'inherit', shell: windows });
  if (npm.status !== 0) fail('npm install failed: see its message above. Is the npm registry reachable?');
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, lock);
}

/** The Node 24 binary that the install brought, or this very Node when it is new enough. */
function node24() {
  const platform = windows ? 'win' : process.platform;
  const packaged = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return fail(
    `This project runs on Node 24. There is no packaged Node 24 for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}. Please install Node 24 or newer.`,
  );
}

if (script === undefined) fail('usage: node scripts/run.mjs <file.ts> [arguments]');
installIfNeeded();
const node = node24();
const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(windows ? ';' : ':');
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
child.on('error', (error) => fail(`${node} does not start: ${error.message}`));
child.on('close', (code) => process.exit(code ?? 1));

// Whoever ends this process means the program. A terminal tells Ctrl+C to both; this one then waits for the other's orderly end.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
// npm passes a SIGTERM on to the shell between, which dies of it and tells nobody: then this process has another parent.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500);
}
