import type { Surroundings } from '../world/product.ts';
import type { Transport } from '../../../shared/xero/api-caller.ts';
import type { Mutant } from './mutant.ts';

/** Mutants of the way to Xero. */

type Config = Parameters<Transport>[0];

function transport(change: (config: Config) => Config): NonNullable<Mutant['surround']> {
  return (around: Surroundings) => {
    const { xero } = around;
    const changed = Object.create(xero, {
      transportFrom: {
        value: (...from: Parameters<typeof xero.transportFrom>): Transport => {
          const real = xero.transportFrom(...from);
          return (config) => real(change(config));
        },
      },
    }) as typeof xero;
    return { ...around, xero: changed };
  };
}

export const XERO_MUTANTS: readonly Mutant[] = [
  {
    name: 'POST instead of PUT',
    breaks: 'C3: a create never changes a document of somebody else that has the number',
    surround: transport((config) => (config.method?.toUpperCase() === 'PUT' ? ({ ...config, method: 'post' } as Config) : config)),
  },
  {
    name: 'a new idempotency key for each attempt',
    breaks: 'F3: an attempt that is repeated is done once',
    surround: (around, process) =>
      transport((config) => {
        const headers = config.headers.concat({ 'Idempotency-Key': process.uniqueIds.next() });
        return { ...config, headers } as Config;
      })(around, process),
  },
];
