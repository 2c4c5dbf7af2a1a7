import { parseArgs } from 'node:util';
import { readFixture } from './fixture.ts';
import { isRedirectUri } from './identity/redirect-uris.ts';
import { LOCAL_APP, LOCAL_WEBHOOK_KEY } from './seed/apps.ts';
import { DEFAULT_PORT, DEFAULT_WEBHOOK_URL, type SandboxOptions } from './server.ts';

export const HELP = `Xero sandbox: Xero's identity and Accounting API on this machine, faults included.

npm run sandbox -- [options]
  --port N            port to listen on (default ${String(DEFAULT_PORT)}, or XERO_SANDBOX_PORT; 0 takes a free one)
  --data DIR          keep everything in DIR, over restarts; without it all is forgotten at the end
  --redirect-uri URI  where the local app's consents go back to (default ${LOCAL_APP.redirectUris.join(', ')}); may be repeated
  --webhook-url URL   where the local app's webhooks go (default ${DEFAULT_WEBHOOK_URL})
  --fixture FILE      calls of the switchboard to be made on a new sandbox (see the README)
  --print-recipes     how to point curl and xero-node at it
  --seed TEXT         seed of everything random, for a repeatable run
  --help              this text

The local app: client id ${LOCAL_APP.clientId}, secret ${LOCAL_APP.clientSecret}, webhook key ${LOCAL_WEBHOOK_KEY}.
In a browser, / shows the books. The switchboard (act as a Xero user, count calls, inject faults): GET /_sandbox/ lists its levers.
`;

const isWebAddress = (text: string): boolean => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);

/** The options of the command line; throws with a sentence for the user. */
export function optionsOf(
  args: string[],
  environment: Readonly<Record<string, string | undefined>>,
): SandboxOptions | 'help' | { recipesFor: string } {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      'redirect-uri': { type: 'string', multiple: true },
      'webhook-url': { type: 'string' },
      seed: { type: 'string' },
      fixture: { type: 'string' },
      'print-recipes': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const port = values.port ?? environment.XERO_SANDBOX_PORT ?? String(DEFAULT_PORT);
  if (!/^\d+$/.test(port) || Number(port) > 65_535) throw new Error('--port must be a number from 0 to 65535.');
  if (values['print-recipes'] === true) return { recipesFor: `http://localhost:${port}` };
  const { data, seed, fixture, 'redirect-uri': redirectUris, 'webhook-url': webhookUrl } = values;
  if (data === '') throw new Error('--data must name a directory.');
  if (redirectUris?.every(isRedirectUri) === false) throw new Error('--redirect-uri must be https or http://localhost, as in Xero.');
  if (webhookUrl !== undefined && !isWebAddress(webhookUrl)) throw new Error('--webhook-url must be an http or https address.');
  return {
    port: Number(port),
    ...(data !== undefined && { dataDir: data }),
    ...(redirectUris !== undefined && { redirectUris }),
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(seed !== undefined && { seed }),
    ...(fixture !== undefined && { fixture: readFixture(fixture) }),
  };
}
