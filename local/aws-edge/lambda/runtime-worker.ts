/**
 * One instance of a Lambda function, in a worker thread of its own: loads the bundle, then handles one event at a time.
 * Errors take the shape in which Lambda's Node.js runtime reports them.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionFailure, Invocation, WorkerMessage, WorkerSettings } from './runtime-messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const settings = workerData as WorkerSettings;

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function failure(error: unknown): FunctionFailure {
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function loadHandler(): Promise<Handler> {
  const module = (await import(settings.module)) as Record<string, unknown>;
  const exports = (module['default'] ?? {}) as Record<string, unknown>;
  const handler = module[settings.exportName] ?? exports[settings.exportName];
  if (typeof handler === 'function') return handler as Handler;
  throw Object.assign(new Error(`${settings.handler} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

function contextOf({ requestId, functionName, functionArn, memoryMiB, timeoutMs }: Invocation): object {
  const deadline = performance.now() + timeoutMs;
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(memoryMiB),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

async function invoke(handler: Handler, invocation: Invocation): Promise<void> {
  const { requestId } = invocation;
  try {
    const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
    post({ type: 'result', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    post({ type: 'failed', requestId, error: failure(error) });
  }
}

try {
  const handler = await loadHandler();
  parentPort?.on('message', (invocation: Invocation) => void invoke(handler, invocation));
  post({ type: 'ready' });
} catch (error) {
  post({ type: 'init-failed', error: failure(error) });
}
