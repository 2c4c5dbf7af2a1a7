import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTRACTS_DIR, contractFiles } from './contracts/files.ts';

const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

const HELP = `usage: npm run contracts

Writes ${CONTRACTS_DIR} anew from the schemas in the code.
  --help   this text`;

/** Writes docs/contracts from the schemas in the code. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const directory = join(PROJECT_ROOT, CONTRACTS_DIR);
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of await contractFiles(PROJECT_ROOT)) {
    writeFileSync(join(directory, name), text);
    console.log(`${CONTRACTS_DIR}/${name}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
