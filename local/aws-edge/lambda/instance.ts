import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FunctionLog } from './function-log.ts';
import type { FunctionDefinition } from './functions-from-template.ts';
import type { FunctionFailure, Invocation, Outcome, WorkerMessage, WorkerSettings } from './runtime-messages.ts';

/** Lambda gives a function's top-level code ten seconds. */
const INIT_TIMEOUT_MS = 10_000;

/** What every function's environment holds besides its own variables: where AWS is, and who it is. */
export interface RuntimeEnvironment {
  readonly awsUrl: string;
  readonly region: string;
  /** This machine's PATH: the only variable of it that reaches the functions. */
  readonly path: string;
}

function environmentOf(definition: FunctionDefinition, { awsUrl, region, path }: RuntimeEnvironment): Record<string, string> {
  return {
    PATH: path,
    TZ: ':UTC',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMiB),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: dirname(definition.file),
    _HANDLER: definition.handler,
    ...definition.environment,
  };
}

/**
 * One warm instance: a worker thread, because a thread cannot outlive the edge, whatever kills it, starts in a third of
 * a process's time, and can be stopped in the middle of a loop. One event at a time; after a timeout, a crash or a failed start it is dead.
 */
export class Instance {
  readonly #definition: FunctionDefinition;
  readonly #worker: Worker;
  readonly #log: FunctionLog;
  readonly #started: Promise<FunctionFailure | undefined>;
  #dead = false;
  #settle: ((outcome: Outcome) => void) | undefined;
  #crash: FunctionFailure | undefined;

  constructor(definition: FunctionDefinition, environment: RuntimeEnvironment, log: FunctionLog) {
    this.#definition = definition;
    this.#log = log;
    const settings: WorkerSettings = {
      module: pathToFileURL(definition.file).href,
      exportName: definition.exportName,
      handler: definition.handler,
    };
    this.#worker = new Worker(new URL('./runtime-worker.ts', import.meta.url), {
      workerData: settings,
      env: environmentOf(definition, environment),
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMiB },
      stdout: true,
      stderr: true,
    });
    log.follow(this.#worker.stdout);
    log.follow(this.#worker.stderr);
    this.#started = this.#start();
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Handles one event. Never rejects: whatever goes wrong is the outcome. */
  async invoke(requestId: string, payload: string): Promise<Outcome> {
    const initFailure = await this.#started;
    if (initFailure !== undefined) return { ok: false, error: initFailure };
    const { name, arn, memoryMiB, timeoutMs } = this.#definition;
    const invocation: Invocation = { requestId, payload, functionName: name, functionArn: arn, memoryMiB, timeoutMs };
    const begun = performance.now();
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = setTimeout(() => this.#timeOut(requestId), timeoutMs);
      this.#settle = (settled) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(settled);
      };
      this.#worker.postMessage(invocation);
    });
    this.#log.write(
      `REPORT RequestId: ${requestId} Duration: ${(performance.now() - begun).toFixed(2)} ms${outcome.ok ? '' : ` ${outcome.error.errorType}: ${outcome.error.errorMessage}`}`,
    );
    return outcome;
  }

  /** Ends the thread, in the middle of whatever it does. */
  async stop(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }

  #start(): Promise<FunctionFailure | undefined> {
    return new Promise((resolve) => {
      const fail = (error: FunctionFailure): void => {
        clearTimeout(timer);
        void this.stop();
        resolve(error);
      };
      const timer = setTimeout(
        () =>
          fail({
            errorType: 'Sandbox.Timedout',
            errorMessage: `Initialisation took longer than ${INIT_TIMEOUT_MS / 1000} seconds`,
            trace: [],
          }),
        INIT_TIMEOUT_MS,
      );
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'ready') {
          clearTimeout(timer);
          resolve(undefined);
        } else if (message.type === 'init-failed') {
          fail(message.error);
        } else {
          this.#settle?.(message.type === 'result' ? { ok: true, payload: message.payload } : { ok: false, error: message.error });
        }
      });
      this.#worker.on('error', (error: Error) => {
        this.#crash = { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
      });
      this.#worker.on('exit', (code) => {
        const error = this.#crash ?? { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with exit status ${code}`, trace: [] };
        this.#dead = true;
        fail(error);
        this.#settle?.({ ok: false, error });
      });
    });
  }

  #timeOut(requestId: string): void {
    const seconds = (this.#definition.timeoutMs / 1000).toFixed(2);
    this.#dead = true;
    this.#settle?.({
      ok: false,
      error: {
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
        trace: [],
      },
    });
    void this.stop();
  }
}
