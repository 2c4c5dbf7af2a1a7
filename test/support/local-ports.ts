import { createServer } from 'node:net';
import type { LocalPorts } from '../../local/ports.ts';

/** Below the range from which operating systems hand out ports by themselves (Linux: 32768), and away from the demo's own. */
const FIRST_PORT = 21_566;
const BLOCK = 10;
const BLOCKS = 100;

/**
 * Four ports that nothing listens on, the same ones at each call as long as they stay free: the addresses are part of the synthesised
 * stack, so that the same ports mean that its synthesis can be used again. Throws when none of 100 blocks is free.
 */
export async function freeLocalPorts(): Promise<LocalPorts> {
  for (let block = 0; block < BLOCKS; block++) {
    const first = FIRST_PORT + block * BLOCK;
    const ports: LocalPorts = { awsEdge: first, gesSimulator: first + 1, xeroSandbox: first + 2, integrationApi: first + 3 };
    const free = await Promise.all(Object.values(ports).map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Error(`No four free ports between ${FIRST_PORT} and ${FIRST_PORT + BLOCK * BLOCKS}.`);
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
