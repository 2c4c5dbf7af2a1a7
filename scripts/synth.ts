import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Everything a template and its bundles are made of. Versions of dependencies are in the lock file. */
const INPUTS = ['bin', 'lib', 'functions', 'shared', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json', 'scripts/synth.ts'];

/** Written last into an assembly: the hash of the inputs it was made from. */
const STAMP_FILE = 'inputs.sha256';

/** Between an assembly's name and the id of the process that is making it. */
const PARTIAL_MARK = '.partial-';
const ABANDONED_AFTER_MS = 10 * 60_000;

export const SYNTH_HELP = `usage: npm run synth -- [--stage dev|prod|local] [--out DIR]

Writes the CloudFormation template and the bundled functions of a stage. Needs neither network nor AWS credentials.

  --stage NAME   stage of cdk.json (default dev)
  --out DIR      where to (default cdk.out/<stage>)
  --help         this text`;

export interface SynthRequest {
  readonly stage: string;
  /** Directory of the cloud assembly, made when missing; replaced when it was made from other inputs. */
  readonly outDir: string;
  /** Single values of the stage to replace (see lib/stage.ts), for example addresses on moved local ports. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export interface SynthResult {
  readonly templatePath: string;
  readonly assemblyDir: string;
  /** True when an assembly of the very same inputs was there already. */
  readonly reused: boolean;
}

/**
 * Synthesises one stage into a cloud assembly, or reuses the one that is there when no input has changed since.
 * The assembly is made beside its place and moved there when complete, so that a killed synth leaves nothing half-made.
 * Throws an Error with the app's own output when the synth fails, and when `outDir` holds something else.
 */
export async function synthesise({ stage, outDir, overrides = {} }: SynthRequest): Promise<SynthResult> {
  const assemblyDir = resolve(PROJECT_ROOT, outDir);
  const templatePath = join(assemblyDir, `ges-xero-${stage}.template.json`);
  const hash = hashInputs(stage, overrides);
  const stamp = readStamp(assemblyDir);
  if (stamp === hash && existsSync(templatePath)) return { templatePath, assemblyDir, reused: true };
  if (stamp === undefined && existsSync(assemblyDir) && readdirSync(assemblyDir).length > 0) {
    throw new Error(`${assemblyDir} is not an assembly of this project: remove it, or choose another directory`);
  }

  removeAbandoned(assemblyDir);
  const partialDir = `${assemblyDir}${PARTIAL_MARK}${process.pid}`;
  mkdirSync(dirname(assemblyDir), { recursive: true });
  try {
    await runApp(partialDir, stage, overrides);
    writeFileSync(join(partialDir, STAMP_FILE), hash);
    moveIntoPlace(partialDir, assemblyDir, hash);
  } finally {
    rmSync(partialDir, { recursive: true, force: true });
  }
  return { templatePath, assemblyDir, reused: false };
}

/** Another process may have put the same assembly there meanwhile: then that one stays, since somebody may be reading it. */
function moveIntoPlace(partialDir: string, assemblyDir: string, hash: string): void {
  if (readStamp(assemblyDir) === hash) return;
  rmSync(assemblyDir, { recursive: true, force: true });
  try {
    renameSync(partialDir, assemblyDir);
  } catch (error) {
    if (readStamp(assemblyDir) !== hash) throw error;
  }
}

/** Removes what synths that were killed have left beside the assembly. */
function removeAbandoned(assemblyDir: string): void {
  const parent = dirname(assemblyDir);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(`${basename(assemblyDir)}${PARTIAL_MARK}`))) {
    const path = join(parent, name);
    if (statSync(path).mtimeMs < Date.now() - ABANDONED_AFTER_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** Runs the CDK app as the CDK CLI does, with the context of cdk.json, but without its start-up time. */
async function runApp(outDir: string, stage: string, overrides: Readonly<Record<string, unknown>>): Promise<void> {
  const { app, context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as { app: string; context: object };
  const entry = app.replace(/^node /, '');
  const appContext = {
    ...context,
    stage,
    stageOverrides: overrides,
    // The local AWS edge finds a function's bundle by this metadata; the CLI switches both on as well.
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
  };
  const child = spawn(process.execPath, [entry], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: JSON.stringify(appContext) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  if (code !== 0) throw new Error(`synth of stage "${stage}" failed:\n${output.trim()}`);
}

function readStamp(assemblyDir: string): string | undefined {
  const file = join(assemblyDir, STAMP_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function hashInputs(stage: string, overrides: Readonly<Record<string, unknown>>): string {
  const hash = createHash('sha256').update(JSON.stringify([stage, overrides]));
  for (const input of INPUTS) {
    for (const file of filesBelow(join(PROJECT_ROOT, input))) {
      hash.update(`\0${relative(PROJECT_ROOT, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** The file itself, or all files below the directory, in a fixed order; nothing where neither exists. */
function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { stage: { type: 'string', default: 'dev' }, out: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(SYNTH_HELP);
    return;
  }
  const { templatePath, reused } = await synthesise({ stage: values.stage, outDir: values.out ?? join('cdk.out', values.stage) });
  console.log(`${reused ? 'Unchanged' : 'Synthesised'}: ${relative(process.cwd(), templatePath)}`);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
