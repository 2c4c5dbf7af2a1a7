import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SpeedFigures } from './speed-run.ts';

const RUN = join(import.meta.dirname, 'speed-run.ts');

/** By CPU time, in a process of its own: what else the machine does changes nothing. `node test/local/xero-sandbox/speed-run.ts` prints the figures. */
describe('speed (20,000 contacts, 50,000 invoices)', () => {
  let figures: SpeedFigures;
  beforeAll(() => {
    figures = JSON.parse(execFileSync(process.execPath, [RUN], { encoding: 'utf8' })) as SpeedFigures;
    const { lists, coreRequestsPerSecond, httpRequestsPerSecond, memoryMb } = figures;
    const slowest = Math.max(...Object.values(lists));
    process.stdout.write(
      `Xero sandbox: slowest list ${String(slowest)} ms, ${String(httpRequestsPerSecond)} requests/s over HTTP, ${String(coreRequestsPerSecond)}/s in the core, ${String(memoryMb)} MB.\n`,
    );
  }, 60_000);

  it('filtered, paged lists answer in under 100 ms', () => {
    const slow = Object.entries(figures.lists).filter(([, ms]) => !(ms < 100));
    expect([figures.contacts, figures.invoices, slow]).toEqual([20_000, 50_000, []]);
  });

  it('the core answers at least 500 simple requests a second on one core', () => {
    expect(figures.coreRequestsPerSecond).toBeGreaterThan(500);
  });

  it('over HTTP with a data directory, too', () => {
    expect(figures.httpRequestsPerSecond).toBeGreaterThan(500);
  });

  it('memory stays under 1 GB', () => {
    expect(figures.memoryMb).toBeLessThan(1_000);
  });
});
