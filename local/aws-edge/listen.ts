import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  /** What is being served, for the error message. */
  readonly what: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The environment variable by which a person moves the port. */
  readonly portVariable: string;
}

export interface ListeningServer {
  readonly port: number;
  /** Stops listening and cuts the connections that are open. */
  close(): Promise<void>;
}

/** Serves HTTP on the loopback interface only. Throws an error naming port and variable when the port is taken. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<ListeningServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? portError(options, error) : error);
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => stop(server) };
}

function portError(options: ListenOptions, cause: NodeJS.ErrnoException): Error {
  const why = cause.code === 'EACCES' ? 'may not be opened by this user' : 'is already in use';
  return new Error(`Port ${options.port} (${options.what}) ${why}. Stop what uses it, or set ${options.portVariable} to another port.`, {
    cause,
  });
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
