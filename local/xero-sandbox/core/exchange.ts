import type { SandboxRequest } from './messages.ts';
import type { SandboxState } from './state.ts';

/** One call while it is being answered. */
export interface Exchange {
  state: SandboxState;
  request: SandboxRequest;
  url: URL;
  /** The sandbox's own time, epoch ms. */
  now: number;
}

/** The form fields of a x-www-form-urlencoded body, or undefined when the body is something else. */
export function formOf(request: SandboxRequest): URLSearchParams | undefined {
  const isForm = (request.headers['content-type'] ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded');
  return isForm ? new URLSearchParams(request.body) : undefined;
}
