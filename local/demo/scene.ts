import type { LocalStack } from '../stack.ts';

/** Where the demo plays: the stack, the account, and its organisation. */
export interface DemoPlace {
  readonly stack: LocalStack;
  readonly accountId: string;
  readonly tenantId: string;
}

/** A change to play, and what both sides hold once they are in step. */
export interface Scene {
  readonly what: string;
  act(): Promise<unknown>;
  holds(): Promise<boolean>;
}
