import { randomUUID } from 'node:crypto';
import type { SandboxSettings } from './core/settings.ts';
import { XeroSandbox } from './core/sandbox.ts';
import { applyFixture, type Fixture } from './fixture.ts';
import { HttpShell } from './http-shell.ts';
import { generateSigningKey } from './identity/jwt.ts';
import { LOCAL_APP } from './seed/apps.ts';
import { RowStore } from './storage/row-store.ts';

export const DEFAULT_PORT = 4580;
export const DEFAULT_WEBHOOK_URL = 'http://localhost:4590/webhooks/xero';

export interface SandboxOptions {
  /** 0 takes a free port. */
  port: number;
  /** Keeps everything there, over restarts and kills; without it, all is forgotten at the end. */
  dataDir?: string;
  /** Where the local app's webhooks go. */
  webhookUrl?: string;
  /** Redirect URIs of the local app, in place of the one of the demo seed. */
  redirectUris?: readonly string[];
  /** Seed of everything random; without it every start differs. */
  seed?: string;
  /** Calls of the switchboard to be made when the sandbox is new. */
  fixture?: Fixture;
  /** RS256 private key (PKCS#8 PEM); without it one is made on the first start. */
  signingKey?: string;
  /** Latency, webhook delay and the like; see core/settings.ts. */
  settings?: Partial<Omit<SandboxSettings, 'id' | 'publicUrl'>>;
}

export interface RunningSandbox {
  /** For example `http://localhost:4580`. */
  url: string;
  port: number;
  close: () => Promise<void>;
}

/** Starts the sandbox behind HTTP. Rejects with a clear message when the port is in use. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const sandbox = new XeroSandbox();
  const store = options.dataDir === undefined ? undefined : new RowStore(options.dataDir);
  if (store !== undefined) sandbox.load(store.read());
  const shell = new HttpShell(sandbox, store);
  let port: number;
  try {
    port = await shell.listen(options.port);
  } catch (error) {
    store?.close();
    throw error;
  }
  const url = `http://localhost:${String(port)}`;
  try {
    prepare(sandbox, options, url);
  } catch (error) {
    await shell.close();
    throw error;
  }
  shell.pump();
  return { url, port, close: () => shell.close() };
}

function prepare(sandbox: XeroSandbox, options: SandboxOptions, publicUrl: string): void {
  const { state } = sandbox;
  if (state.organisations.size === 0) {
    const webhookUrl = options.webhookUrl ?? DEFAULT_WEBHOOK_URL;
    const signingKey = options.signingKey ?? generateSigningKey();
    sandbox.seed({ seed: options.seed ?? randomUUID(), signingKey, publicUrl, webhookUrl }, Date.now());
    applyFixture(sandbox, options.fixture ?? [], Date.now());
  }
  state.settings = { ...state.settings, ...options.settings, publicUrl };
  const app = state.apps.get(LOCAL_APP.clientId);
  const subscription = state.subscriptions.get(LOCAL_APP.clientId);
  if (app !== undefined && options.redirectUris !== undefined) state.apps.put({ ...app, redirectUris: options.redirectUris });
  if (subscription !== undefined && options.webhookUrl !== undefined) state.subscriptions.put({ ...subscription, url: options.webhookUrl });
}
