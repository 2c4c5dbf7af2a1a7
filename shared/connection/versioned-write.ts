import { VersionConflict } from '../sync/errors.ts';

/** The drain notes its progress on the same item, so a conflict or two are normal; more mean that something is wrong. */
const ATTEMPTS = 6;

/**
 * Read, change, write on condition of the version read; again when somebody else was faster. `attempt` must read anew each time.
 * Throws VersionConflict after six conflicts, and whatever else `attempt` throws.
 */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof VersionConflict) || tries === ATTEMPTS) throw failure;
    }
  }
}
