import { parseArgs } from 'node:util';
import { DEFAULT_PORT, DEFAULT_WEBHOOK_URL, startSandbox, type SandboxOptions } from './server.ts';

const HELP = `Xero sandbox: Xero's identity and Accounting API on this machine, faults included.

npm run sandbox -- [options]
  --port N           port to listen on (default ${String(DEFAULT_PORT)}, or XERO_SANDBOX_PORT)
  --data DIR         keep everything in DIR, over restarts; without it all is forgotten at the end
  --webhook-url URL  where the local app's webhooks go (default ${DEFAULT_WEBHOOK_URL})
  --seed TEXT        seed of everything random, for a repeatable run
  --help             this text

The switchboard (act as a Xero user, count calls, inject faults): GET /_sandbox/ lists its levers.
`;

/** The options of the command line; throws with a sentence for the user. */
function optionsOf(args: string[]): SandboxOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      'webhook-url': { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const port = Number(values.port ?? process.env.XERO_SANDBOX_PORT ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port must be a number from 0 to 65535.');
  return {
    port,
    ...(values.data !== undefined && { dataDir: values.data }),
    ...(values['webhook-url'] !== undefined && { webhookUrl: values['webhook-url'] }),
    ...(values.seed !== undefined && { seed: values.seed }),
  };
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const sandbox = await startSandbox(options);
  process.stdout.write(`Xero sandbox on ${sandbox.url} (switchboard: ${sandbox.url}/_sandbox/)\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
