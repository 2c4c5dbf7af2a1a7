import { Worker } from 'node:worker_threads';
import type { SeedResult, SeedTask } from './result.ts';

/** Plays tasks on `size` workers; `onResult` may say that enough is known. */
export async function playAll(tasks: readonly SeedTask[], size: number, onResult: (result: SeedResult) => boolean): Promise<void> {
  const left = tasks.values();
  let isEnough = false;
  await Promise.all(
    Array.from({ length: Math.min(size, tasks.length) }, async () => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url));
      try {
        for (const task of left) {
          if (isEnough) break;
          const result = await new Promise<SeedResult>((resolve, reject) => {
            worker.once('error', reject);
            worker.once('message', (message: SeedResult) => {
              worker.removeAllListeners('error');
              resolve(message);
            });
            worker.postMessage(task);
          });
          if (onResult(result)) isEnough = true;
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
}
