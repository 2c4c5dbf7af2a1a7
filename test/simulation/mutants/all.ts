import type { Mutant } from './mutant.ts';
import { PORT_MUTANTS } from './port-mutants.ts';
import { TABLE_MUTANTS } from './table-mutants.ts';
import { XERO_MUTANTS } from './xero-mutants.ts';

export const MUTANTS: readonly Mutant[] = [...PORT_MUTANTS, ...TABLE_MUTANTS, ...XERO_MUTANTS];

/** Throws where there is none of the name. */
export function mutantNamed(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined) throw new Error(`There is no mutant "${name}".`);
  return found;
}
