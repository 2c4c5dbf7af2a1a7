import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, json } from '../../local/demo/http.ts';
import type { LocalPorts } from '../../local/ports.ts';
import type { LocalStack } from '../../local/stack.ts';

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Synthesised stacks of earlier starts, one per set of ports; `npm start` itself decides whether one still fits. */
const ASSEMBLIES = join(PROJECT_ROOT, 'node_modules/.cache/local-assemblies');
/** Synthesis takes seconds on a quiet machine and half a minute on a busy one. */
const LONGEST_BOOT_MS = 180_000;
const UP = 'everything runs';

export interface LocalPlace {
  readonly ports: LocalPorts;
  readonly dataDir: string;
}

/** How a run of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start`'s program running in its own process, with its four services. */
export interface LocalProcess extends LocalStack {
  /** From start to "everything runs". */
  readonly bootSeconds: number;
  readonly place: LocalPlace;
  /** `kill -9` of the process and all that it has started; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A data directory of its own, to be removed by `forget`. */
export function newPlace(ports: LocalPorts): LocalPlace {
  return { ports, dataDir: mkdtempSync(join(tmpdir(), 'ges-xero-e2e-')) };
}

export function forget({ dataDir }: LocalPlace): void {
  rmSync(dataDir, { recursive: true, force: true });
}

/** The last lines that a function of the stack has written. */
export function logOf({ place }: LocalProcess, functionName: string, lines: number): string {
  const log = readFileSync(join(place.dataDir, 'aws-edge/logs', `ges-xero-local-${functionName}.log`), 'utf8');
  return log.trimEnd().split('\n').slice(-lines).join('\n');
}

/** Runs `npm start -- <flags>` to its end. */
export async function runLocal(place: LocalPlace, flags: readonly string[]): Promise<Ended> {
  borrowAssembly(place);
  const child = launch(place, flags);
  const ended = await child.ended;
  keepAssembly(place);
  return ended;
}

/** Starts everything, unconnected, and waits until it runs. Throws with the program's own words when it does not come up. */
export async function startLocal(place: LocalPlace): Promise<LocalProcess> {
  borrowAssembly(place);
  const started = performance.now();
  const child = launch(place, ['--manual']);
  let ended: Ended | undefined;
  void child.ended.then((end) => (ended = end));
  await eventually('The start of the local stack', LONGEST_BOOT_MS, async () => {
    if (ended !== undefined) throw new Error(`The local stack ended with code ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
    return child.said().includes(UP) ? true : undefined;
  });
  const bootSeconds = (performance.now() - started) / 1000;
  keepAssembly(place);
  const { awsEdge, gesSimulator, xeroSandbox, integrationApi } = place.ports;
  const awsUrl = `http://127.0.0.1:${awsEdge}`;
  const { tables } = await json<{ tables: readonly [string] }>(`${awsUrl}/_edge`);
  const endWith = async (signal: NodeJS.Signals): Promise<void> => {
    child.signal(signal);
    await child.ended;
  };
  return {
    awsUrl,
    gesUrl: `http://localhost:${gesSimulator}`,
    xeroUrl: `http://localhost:${xeroSandbox}`,
    apiUrl: `http://localhost:${integrationApi}`,
    tableName: tables[0],
    bootSeconds,
    place,
    close: () => endWith('SIGTERM'),
    kill: () => endWith('SIGKILL'),
  };
}

interface Launched {
  readonly ended: Promise<Ended>;
  said(): string;
  signal(signal: NodeJS.Signals): void;
}

/** Loaded before the program: ends it with its standard input, which the system closes when the test run dies, however that dies. */
const TIE = `data:text/javascript,process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume().unref()`;

/** In a process group of its own, so that a kill takes everything with it. */
function launch({ ports, dataDir }: LocalPlace, flags: readonly string[]): Launched {
  const child = spawn(process.execPath, ['--import', TIE, 'local/start.ts', ...flags], {
    cwd: PROJECT_ROOT,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      GES_XERO_LOCAL_DIR: dataDir,
      AWS_EDGE_PORT: String(ports.awsEdge),
      GES_SIMULATOR_PORT: String(ports.gesSimulator),
      XERO_SANDBOX_PORT: String(ports.xeroSandbox),
      INTEGRATION_API_PORT: String(ports.integrationApi),
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { ended, said: () => stdout, signal: (signal) => signalGroup(child, signal) };
}

function signalGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, signal);
}

function assemblyOf({ ports }: LocalPlace): string {
  return join(ASSEMBLIES, String(ports.awsEdge));
}

function borrowAssembly(place: LocalPlace): void {
  const own = join(place.dataDir, 'assembly');
  if (!existsSync(own) && existsSync(assemblyOf(place))) cpSync(assemblyOf(place), own, { recursive: true });
}

function keepAssembly(place: LocalPlace): void {
  const own = join(place.dataDir, 'assembly');
  if (!existsSync(own) || stampOf(own) === stampOf(assemblyOf(place))) return;
  mkdirSync(ASSEMBLIES, { recursive: true });
  const copy = mkdtempSync(join(ASSEMBLIES, 'new-'));
  cpSync(own, copy, { recursive: true });
  rmSync(assemblyOf(place), { recursive: true, force: true });
  renameSync(copy, assemblyOf(place));
}

function stampOf(assembly: string): string | undefined {
  const stamp = join(assembly, 'inputs.sha256');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}
