import { HELP, optionsOf } from './options.ts';
import { recipes } from './recipes.ts';
import { LOCAL_APP } from './seed/apps.ts';
import { startSandbox } from './server.ts';

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2), process.env);
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if ('recipesFor' in options) {
    process.stdout.write(recipes(options.recipesFor));
    return;
  }
  const sandbox = await startSandbox(options);
  process.stdout.write(`Xero sandbox on ${sandbox.url} (switchboard: ${sandbox.url}/_sandbox/)\n`);
  process.stdout.write(`App: ${LOCAL_APP.clientId} / ${LOCAL_APP.clientSecret}; --help tells more.\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
