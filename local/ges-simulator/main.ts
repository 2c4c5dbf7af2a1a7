import { parseArgs } from 'node:util';
import { startGesSimulator } from './start.ts';

const HELP = `The GES platform on this machine: platform API, identity provider, events, page.

usage: node local/ges-simulator/main.ts [--port 4570] [--data DIR]

  --port   where to listen (GES_SIMULATOR_PORT)
  --data   where state survives a restart; without it everything is in memory
  --help   this text

environment: EVENT_BUS_NAME (ges-xero-local), AWS_ENDPOINT_URL (http://127.0.0.1:4566; AWS_EDGE_PORT moves it),
             AWS_REGION (eu-west-2), INTEGRATION_API_PORT (4590)`;

function portFrom(value: string, name: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new Error(`${name} must be a port number, not "${value}".`);
  return port;
}

async function main(): Promise<void> {
  const { env } = process;
  const { values } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const edgePort = portFrom(env['AWS_EDGE_PORT'] ?? '4566', 'AWS_EDGE_PORT');
  const integrationPort = portFrom(env['INTEGRATION_API_PORT'] ?? '4590', 'INTEGRATION_API_PORT');
  const simulator = await startGesSimulator({
    port: portFrom(values.port ?? env['GES_SIMULATOR_PORT'] ?? '4570', '--port'),
    dataDir: values.data,
    eventBusName: env['EVENT_BUS_NAME'] ?? 'ges-xero-local',
    aws: { endpoint: env['AWS_ENDPOINT_URL'] ?? `http://127.0.0.1:${edgePort}`, region: env['AWS_REGION'] },
    integrationApiBaseUrl: `http://localhost:${integrationPort}`,
  });
  console.log(`GES simulator: ${simulator.url}`);
  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
