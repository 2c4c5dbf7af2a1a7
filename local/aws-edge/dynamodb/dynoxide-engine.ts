import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsError } from '../aws-protocol.ts';
import type { Engine, Send } from './engine.ts';
import { call, sendTo } from './engine.ts';

const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 10;
const ATTEMPTS = 3;

/**
 * The shell becomes dynoxide. Its other half waits for the end of the pipe from this process, which comes however this process ends, and
 * then ends dynoxide: a child left over by `kill -9` would go on holding the tables.
 */
const DIES_WITH_US = 'exec 3<&0; parent=$$; (cat <&3 >/dev/null; kill -KILL $parent) & exec 3<&- </dev/null; exec "$0" "$@"';

/** The binary that the install brought, undefined where there is none for this machine. */
export function dynoxideBinary(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    const binary = join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Starts dynoxide on a free port of the loopback interface, with its tables in the SQLite file `path`. Throws when it does not answer. */
export async function openDynoxide(binary: string, path: string, region: string): Promise<Engine> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = start(binary, port, path);
    const send = sendTo(`http://127.0.0.1:${String(port)}`, region);
    if (await answers(child.process, send)) return { send: orSayWhy(send, child), close: () => stop(child.process) };
    await stop(child.process);
    if (attempt === ATTEMPTS) throw new Error(`dynoxide does not start: ${child.said()}`);
  }
}

interface Child {
  readonly process: ChildProcess;
  /** The last it wrote. */
  said(): string;
}

function start(binary: string, port: number, path: string): Child {
  const child = spawn('/bin/sh', ['-c', DIES_WITH_US, binary, 'serve', '--host', '127.0.0.1', '-p', String(port), '--db-path', path], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {},
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2_000)));
  return { process: child, said: () => said.trim() };
}

async function answers(child: ChildProcess, send: Send): Promise<boolean> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    const answer = await call(send, 'ListTables', {}).catch(() => undefined);
    if (answer?.status === 200) return child.exitCode === null;
    await delay(POLL_MS);
  }
  return false;
}

function orSayWhy(send: Send, child: Child): Send {
  return async (target, body) => {
    try {
      return await send(target, body);
    } catch (error) {
      throw new AwsError('InternalServerError', `dynoxide did not answer: ${String(error)}. It said: ${child.said()}`, 500);
    }
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  child.stdin?.destroy();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
