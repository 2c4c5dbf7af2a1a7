import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import dynalite from 'dynalite';
import type { AwsResponse } from '../aws-protocol.ts';
import { AwsError } from '../aws-protocol.ts';
import type { Engine, Send } from './engine.ts';
import { headersFor } from './engine.ts';
import { rebuildIndexes } from './rebuild-indexes.ts';
import type { TableDefinition } from './tables-from-template.ts';
import { openTransactionJournal } from './transaction-journal.ts';
import { Transactions } from './transactions.ts';

/** dynalite in this process, its tables in `dataDir/dynamodb`, with the transactions that it lacks. What a kill cut in two is put right first. */
export async function openDynalite(dataDir: string, region: string, tables: readonly TableDefinition[]): Promise<Engine> {
  const path = join(dataDir, 'dynamodb');
  mkdirSync(path, { recursive: true });
  // There while the tables are open, gone after an orderly close.
  const openMark = join(dataDir, 'dynamodb.open');
  if (existsSync(openMark)) await rebuildIndexes(path);
  writeFileSync(openMark, '');
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const journal = openTransactionJournal(join(path, 'transactions.db'));
  const transactions = new Transactions({ send: dispatcher(server, region), journal, tables, now: Date.now });
  await transactions.rollBack();
  let running = 0;
  return {
    send: async (target, body) => {
      running += 1;
      try {
        return await transactions.send(target, body);
      } finally {
        running -= 1;
      }
    },
    close: async () => {
      while (running > 0) await delay(5);
      await closeServer(server);
      journal.close();
      rmSync(openMark, { force: true });
    },
  };
}

function dispatcher(server: Server, region: string): Send {
  return (target, body) => dispatch(server, headersFor(target, region), body);
}

/**
 * Hands a request to dynalite without a socket between: the request was read to its end already, because dynalite
 * throws, and takes the process with it, when a caller hangs up in the middle. What it throws itself, at input that it does
 * not expect, becomes an answer.
 */
function dispatch(server: Server, headers: Record<string, string>, body: Buffer): Promise<AwsResponse> {
  return new Promise((resolve, reject) => {
    const request = Object.assign(new EventEmitter(), { headers, method: 'POST', url: '/' });
    const answered: Record<string, string> = {};
    const response = {
      statusCode: 200,
      contentType: '',
      setHeader: (name: string, value: string | number) => {
        answered[name.toLowerCase()] = String(value);
      },
      end: (text: string) => resolve({ status: response.statusCode, headers: answered, body: text }),
    };
    try {
      server.emit('request', request, response);
      if (body.length > 0) request.emit('data', body);
      request.emit('end');
    } catch (error) {
      reject(new AwsError('InternalServerError', `dynalite failed: ${String(error)}`, 500));
    }
  });
}

/** dynalite closes its files only after it has stopped listening, so it listens for a moment first. */
async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve, reject) =>
    server.close((error) => (error === undefined || error === null ? resolve() : reject(error))),
  );
}
