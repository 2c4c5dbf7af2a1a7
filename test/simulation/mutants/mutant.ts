import type { Process } from '../world/process.ts';
import type { Product, Surroundings } from '../world/product.ts';

/** A variant of the product that is broken on purpose, at a port or at its border: the simulator must find it. */
export interface Mutant {
  readonly name: string;
  /** Wraps the ports of the product in one process. */
  readonly mutate?: (product: Product, process: Process) => Product;
  /** Wraps what the product in one process reaches: table, systems, secrets. */
  readonly surround?: (around: Surroundings, process: Process) => Surroundings;
}
