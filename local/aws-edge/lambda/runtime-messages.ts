/** What passes between the edge and a function's worker thread (runtime-worker.ts). */

export interface WorkerSettings {
  /** File URL of the module that exports the handler. */
  readonly module: string;
  readonly exportName: string;
  readonly handler: string;
}

export interface Invocation {
  readonly requestId: string;
  /** The event as JSON text. */
  readonly payload: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMiB: number;
  /** Milliseconds the handler has. */
  readonly timeoutMs: number;
}

/** The error document of an Invoke answer. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'init-failed'; readonly error: FunctionFailure }
  | { readonly type: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly type: 'failed'; readonly requestId: string; readonly error: FunctionFailure };

/** How one invocation ended: the answer as JSON text, or the error document. */
export type Outcome = { readonly ok: true; readonly payload: string } | { readonly ok: false; readonly error: FunctionFailure };
