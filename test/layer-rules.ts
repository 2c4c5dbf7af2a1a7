import { posix } from 'node:path';
import ts from 'typescript';

/** The arrows of docs/architecture.md, as a check over the imports of source files (type imports count too). */

interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Files of the project that it may import besides those that `files` matches in the same top folder. */
  readonly may: readonly RegExp[];
  /** npm packages and node: modules it may import; absent: any. */
  readonly packages?: readonly string[];
  readonly rule: string;
}

const WHERE = 'docs/architecture.md';
/** What sync, connection and runs show each other: ports, failures, and how a lane is rung. */
const CORE_PORTS = /^shared\/(sync|connection|runs)\/(ports|[a-z]+-port|errors)\.ts$|^shared\/sync\/lane\.ts$/;
const CORE = /^shared\/(domain|sync|connection|runs)\//;

function core(folder: string): Layer {
  return {
    name: `shared/${folder}`,
    files: new RegExp(`^shared/${folder}/`),
    may: [/^shared\/domain\//, CORE_PORTS],
    packages: ['zod'],
    rule: `${folder} may import domain, and of its neighbours ports only; no AWS, HTTP or Xero package, no node: module`,
  };
}

function adapter(folder: string): Layer {
  return {
    name: `shared/${folder}`,
    files: new RegExp(`^shared/${folder}/`),
    may: [CORE],
    rule: `${folder} may import sync, connection, runs and domain; adapters never import each other`,
  };
}

function standIn(folder: string): Layer {
  return {
    name: `local/${folder}`,
    files: new RegExp(`^local/${folder}/`),
    may: [],
    rule: `${folder} imports nothing of the product, so that a misreading of the other system is not shared by both sides`,
  };
}

export const LAYERS: readonly Layer[] = [
  {
    name: 'shared/domain',
    files: /^shared\/domain\//,
    may: [],
    packages: [],
    rule: 'domain imports nothing outside itself',
  },
  ...['sync', 'connection', 'runs'].map(core),
  ...['xero', 'ges', 'store', 'secrets', 'runtime'].map(adapter),
  { name: 'functions', files: /^functions\//, may: [/^shared\//], rule: 'functions may import shared only' },
  { name: 'lib', files: /^lib\//, may: [/^shared\//], rule: 'the cloud may import shared only, never local or test' },
  { name: 'bin', files: /^bin\//, may: [/^lib\//, /^shared\//], rule: 'the CDK app may import lib and shared only' },
  standIn('xero-sandbox'),
  standIn('ges-simulator'),
  { name: 'local', files: /^local\//, may: [/^(local|shared|lib|functions|bin|scripts)\//], rule: 'nothing that runs imports test' },
];

/** xero-node is known in one place only (design §7). */
const XERO_NODE_PLACE = /^(shared\/xero|test)\//;

/** What domain, sync, connection and runs get handed in instead: time, pauses, randomness, network, environment (design §7). */
const AMBIENT = /\b(Date\.now\(|new Date\(\)|setTimeout\(|setInterval\(|Math\.random\(|fetch\(|process\.|crypto\.)/;
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

function ambientUse(path: string, source: string): readonly string[] {
  const found = CORE.test(path) ? AMBIENT.exec(source.replace(COMMENTS, ''))?.[1] : undefined;
  if (found === undefined) return [];
  return [`LAYER VIOLATION: ${path} uses ${found}: clock, ids, randomness and clients are handed in. See ${WHERE}`];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function faultOf(layer: Layer, path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    const allowed = layer.files.test(target) || layer.may.some((pattern) => pattern.test(target));
    return allowed ? undefined : layer.rule;
  }
  const name = packageOf(specifier);
  if (layer.packages !== undefined && !layer.packages.includes(name)) return layer.rule;
  if (name === 'xero-node' && !XERO_NODE_PLACE.test(path)) return 'only shared/xero knows xero-node';
  return undefined;
}

/** Every wrong arrow in `files` (path from the project's root → source text), as a sentence that names file, import and rule. */
export function layerViolations(files: ReadonlyMap<string, string>): readonly string[] {
  const violations: string[] = [];
  for (const [path, source] of files) {
    const layer = LAYERS.find((candidate) => candidate.files.test(path));
    if (layer === undefined) {
      violations.push(`LAYER VIOLATION: ${path} belongs to no layer. See ${WHERE}`);
      continue;
    }
    violations.push(...ambientUse(path, source));
    for (const { fileName: specifier } of ts.preProcessFile(source, true, true).importedFiles) {
      const fault = faultOf(layer, path, specifier);
      if (fault !== undefined) violations.push(`LAYER VIOLATION: ${path} imports '${specifier}': ${fault}. See ${WHERE}`);
    }
  }
  return violations;
}
