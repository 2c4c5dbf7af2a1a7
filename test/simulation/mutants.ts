import type { Process } from './world/process.ts';
import type { Product } from './world/product.ts';

/** A variant of the product that is broken on purpose, at a port: the simulator must find it. */
export interface Mutant {
  readonly name: string;
  readonly mutate: (product: Product, process: Process) => Product;
}

export const MUTANTS: readonly Mutant[] = [];
