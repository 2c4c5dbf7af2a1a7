import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTRACTS_DIR, contractFiles } from './contracts/files.ts';

const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Writes docs/contracts from the schemas in the code. */
const directory = join(PROJECT_ROOT, CONTRACTS_DIR);
mkdirSync(directory, { recursive: true });
for (const [name, text] of await contractFiles(PROJECT_ROOT)) {
  writeFileSync(join(directory, name), text);
  console.log(`${CONTRACTS_DIR}/${name}`);
}
