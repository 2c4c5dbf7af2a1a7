import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LAYERS, layerViolations } from './layer-rules.ts';

const root = join(import.meta.dirname, '..');
const paths = globSync('{bin,lib,functions,shared,local}/**/*.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
const tree = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

describe('layers (design §7)', () => {
  it('every import in the project follows an arrow', () => {
    expect(layerViolations(tree)).toEqual([]);
  });

  it.each(LAYERS.map(({ name, files }) => [name, files] as const))('%s has files to check', (_, files) => {
    expect(paths.filter((path) => files.test(path))).not.toEqual([]);
  });
});

describe('the check itself', () => {
  const violations = (path: string, source: string) => layerViolations(new Map([[path, source]]));

  it.each([
    ['shared/domain/money.ts', "import type { Clock } from '../sync/ports.ts';", 'domain imports nothing outside itself'],
    ['shared/domain/money.ts', "import { z } from 'zod';", 'domain imports nothing outside itself'],
    ['shared/sync/drain.ts', "import { createXeroBooks } from '../xero/client.ts';", 'sync may import domain'],
    ['shared/sync/drain.ts', "import { login } from '../connection/login.ts';", 'of its neighbours ports only'],
    ['shared/sync/drain.ts', "export { send } from '@aws-sdk/client-sqs';", 'no AWS, HTTP or Xero package'],
    ['shared/runs/plan.ts', "const { get } = await import('node:http');", 'no AWS, HTTP or Xero package'],
    ['shared/connection/login.ts', "type T = import('xero-node').TokenSet;", 'no AWS, HTTP or Xero package'],
    ['shared/store/link-store.ts', "import { createSqs } from '../runtime/queues.ts';", 'adapters never import each other'],
    [
      'shared/ges/client.ts',
      "import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';",
      'only shared/xero knows xero-node',
    ],
    ['functions/sweep/handler.ts', "import { seed } from '../../local/ges-simulator/demo/seed.ts';", 'functions may import shared only'],
    ['lib/state.ts', "import { memory } from '../test/support/memory-store.ts';", 'never local or test'],
    [
      'local/xero-sandbox/contacts/save.ts',
      "import { cleanName } from '../../../shared/domain/names.ts';",
      'imports nothing of the product',
    ],
    ['local/ges-simulator/main.ts', "import { AccountingApi } from 'xero-node';", 'only shared/xero knows xero-node'],
    ['local/start.ts', "import { world } from '../test/support/world.ts';", 'nothing that runs imports test'],
  ])('sees a wrong arrow in %s: %s', (path, source, rule) => {
    const [violation, ...others] = violations(path, source);
    expect(violation).toMatch(/^LAYER VIOLATION: /);
    expect(violation).toContain(path);
    expect(violation).toContain(rule);
    expect(violation).toContain('docs/architecture.md');
    expect(others).toEqual([]);
  });

  it.each(['Date.now()', 'new Date()', 'setTimeout(done, 5)', 'Math.random()', 'fetch(url)', 'process.env'])(
    'sees time, randomness and the outside world that were not handed in: %s',
    (use) => {
      expect(violations('shared/sync/drain.ts', `const x = ${use};`)).toEqual([expect.stringContaining('are handed in')]);
      expect(violations('shared/sync/drain.ts', `// ${use}\n/* ${use} */ const y = new Date(clock.now());`)).toEqual([]);
      expect(violations('shared/runtime/system.ts', `const x = ${use};`)).toEqual([]);
    },
  );

  it('refuses a folder that nobody gave a place', () => {
    expect(violations('shared/utils/misc.ts', '')).toEqual([
      'LAYER VIOLATION: shared/utils/misc.ts belongs to no layer. See docs/architecture.md',
    ]);
  });

  it.each([
    ['shared/sync/drain.ts', "import { reconcile } from '../domain/reconcile.ts'; import { ring } from './lane.ts';"],
    ['shared/connection/login.ts', "import type { Clock } from '../sync/ports.ts'; import { RetryFailure } from '../sync/errors.ts';"],
    ['shared/xero/client.ts', "import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js'; import '../sync/errors.ts';"],
    ['functions/sweep/handler.ts', "import '../../shared/runtime/log.ts'; import '../wiring/tokens.ts';"],
    ['shared/domain/money.ts', "// import x from '../sync/ports.ts'\nconst text = \"import y from 'zod'\";"],
  ])('lets right arrows, comments and texts pass in %s', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});
