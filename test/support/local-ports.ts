import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalPorts } from '../../local/ports.ts';

/** Below the range from which operating systems hand out ports by themselves (Linux: 32768), and away from the demo's own. */
const FIRST_PORT = 21_566;
const BLOCK = 10;
const BLOCKS = 100;

/**
 * Four ports that nothing listens on, the same ones at each call as long as they stay free: the addresses are part of the synthesised
 * stack, so that the same ports mean that its synthesis can be used again. `besides`: ports of stacks that run at the same time.
 * Throws when none of 100 blocks is free.
 */
export async function freeLocalPorts(besides: readonly LocalPorts[] = []): Promise<LocalPorts> {
  for (let block = 0; block < BLOCKS; block++) {
    const first = FIRST_PORT + block * BLOCK;
    const ports: LocalPorts = { awsEdge: first, gesSimulator: first + 1, xeroSandbox: first + 2, integrationApi: first + 3 };
    if (besides.some(({ awsEdge }) => awsEdge === first) || !claim(first)) continue;
    const free = await Promise.all(Object.values(ports).map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Error(`No four free ports between ${FIRST_PORT} and ${FIRST_PORT + BLOCK * BLOCKS}.`);
}

/**
 * Ports are free between a kill and the restart, so listening alone does not keep another test run away: a file names the process that
 * uses the block. That of a process which is gone counts for nothing.
 */
function claim(firstPort: number): boolean {
  const file = join(tmpdir(), `ges-xero-ports-${firstPort}.pid`);
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder !== process.pid && isAlive(holder)) return false;
    writeFileSync(file, String(process.pid));
    return true;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Holds a port on the loopback interface until the returned function is called. Rejects when it is taken. */
export async function occupy(port: number): Promise<() => Promise<void>> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return () => new Promise((resolve) => void server.close(() => resolve()));
}

async function isFree(port: number): Promise<boolean> {
  try {
    await (
      await occupy(port)
    )();
    return true;
  } catch {
    return false;
  }
}
