import { z } from 'zod';

/** Where the parts of the local stack listen. */
export interface LocalPorts {
  readonly awsEdge: number;
  readonly gesSimulator: number;
  readonly xeroSandbox: number;
  readonly integrationApi: number;
}

const VARIABLES = {
  awsEdge: ['AWS_EDGE_PORT', 4566],
  gesSimulator: ['GES_SIMULATOR_PORT', 4570],
  xeroSandbox: ['XERO_SANDBOX_PORT', 4580],
  integrationApi: ['INTEGRATION_API_PORT', 4590],
} as const satisfies Record<keyof LocalPorts, readonly [string, number]>;

const port = z.coerce.number().int().min(1).max(65_535);

/** The ports, each moved by its environment variable. Throws an Error that names a variable which is no port. */
export function readPorts(env: NodeJS.ProcessEnv): LocalPorts {
  const read = ([variable, standard]: readonly [string, number]): number => {
    const parsed = port.safeParse(env[variable] ?? standard);
    if (!parsed.success) throw new Error(`${variable} must be a port number from 1 to 65535, not "${env[variable] ?? ''}".`);
    return parsed.data;
  };
  return {
    awsEdge: read(VARIABLES.awsEdge),
    gesSimulator: read(VARIABLES.gesSimulator),
    xeroSandbox: read(VARIABLES.xeroSandbox),
    integrationApi: read(VARIABLES.integrationApi),
  };
}
