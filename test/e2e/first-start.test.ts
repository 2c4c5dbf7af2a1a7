import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalPorts } from '../../local/ports.ts';
import { freeLocalPorts, occupy } from '../support/local-ports.ts';
import { forget, newPlace, runLocal, startLocal, type Ended, type LocalPlace, type LocalProcess } from '../support/local-process.ts';
import { systemsOf } from '../support/local-systems.ts';

/** The last line of `npm start -- --once` (issue 2). */
interface Summary {
  readonly records: number;
  readonly agree: number;
  readonly attention: number;
  readonly notFollowed: number;
  readonly xeroCalls: number;
  readonly xeroWrites: number;
  readonly seconds: number;
}

const LONG = 300_000;

function summaryOf({ stdout }: Ended): Summary {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary;
}

describe('npm start -- --once', () => {
  let place: LocalPlace;
  let first: Ended;
  let second: Ended;

  beforeAll(async () => {
    place = newPlace(await freeLocalPorts());
    first = await runLocal(place, ['--once', '--fresh']);
    second = await runLocal(place, ['--once']);
  }, LONG);
  afterAll(() => forget(place));

  it('exits 0 on the first start, and its last line counts the records of the demo business, which all agree or stand outside for a reason', () => {
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { records, agree, attention, notFollowed } = summaryOf(first);
    expect(records).toBeGreaterThanOrEqual(25);
    expect(agree).toBeGreaterThan(0);
    expect(agree + attention + notFollowed).toBe(records);
  });

  it('plays changes on both sides and waits until both agree on each', () => {
    expect(first.stdout.match(/in step after \d+\.\d s/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('names the policy rule of every record that is not simply equal', () => {
    const explained = first.stdout.split('Not simply equal, and why:')[1]?.split('\n\n')[0]?.trim().split('\n') ?? [];
    expect(explained.length).toBeGreaterThan(0);
    for (const line of explained) expect(line).toMatch(/^\s*\w+_\d+ \([A-Za-z ]+\): [A-H]\d/);
  });

  it('writes nothing to Xero at the second start, plays nothing twice, and agrees again', () => {
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain('connected before');
    expect(second.stdout).not.toContain('in step after');
    const { records, agree, attention, notFollowed, xeroWrites } = summaryOf(second);
    expect({ inStep: agree + attention + notFollowed, xeroWrites }).toEqual({ inStep: records, xeroWrites: 0 });
    expect(records).toBeGreaterThanOrEqual(summaryOf(first).records);
  });
});

describe('npm start on a port that is in use', () => {
  let place: LocalPlace;
  beforeAll(async () => {
    place = newPlace(await freeLocalPorts());
  });
  afterAll(() => forget(place));

  it.each<[keyof LocalPorts, string]>([
    ['awsEdge', 'AWS_EDGE_PORT'],
    ['gesSimulator', 'GES_SIMULATOR_PORT'],
    ['xeroSandbox', 'XERO_SANDBOX_PORT'],
    ['integrationApi', 'INTEGRATION_API_PORT'],
  ])(
    'says which one it is and which variable moves it: %s',
    async (service, variable) => {
      const port = place.ports[service];
      const release = await occupy(port);
      try {
        const { code, stderr } = await runLocal(place, ['--once']);
        expect(code).toBe(1);
        expect(stderr).toContain(String(port));
        expect(stderr).toContain(variable);
        expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
      } finally {
        await release();
      }
    },
    LONG,
  );
});

describe('npm start while another one runs in the same directory', () => {
  let place: LocalPlace;
  let running: LocalProcess;
  beforeAll(async () => {
    const ports = await freeLocalPorts();
    place = newPlace(ports);
    running = await startLocal(place);
  }, LONG);
  afterAll(async () => {
    await running.close();
    forget(place);
  }, LONG);

  it(
    'is refused, on other ports too, and --fresh forgets nothing under the running one',
    async () => {
      const { id } = await systemsOf(running).makeCustomer({ name: 'Made before the second start' });
      const { code, stderr } = await runLocal({ ...place, ports: await freeLocalPorts([place.ports]) }, ['--once', '--fresh']);
      expect(code).toBe(1);
      expect(stderr).toContain(place.dataDir);
      expect(stderr).toContain('GES_XERO_LOCAL_DIR');
      await running.kill();
      running = await startLocal(place);
      expect(await systemsOf(running).customer(id)).toMatchObject({ name: 'Made before the second start' });
    },
    LONG,
  );
});

describe('npm start, asked wrongly', () => {
  let place: LocalPlace;
  beforeAll(async () => {
    place = newPlace(await freeLocalPorts());
  });
  afterAll(() => forget(place));

  it('explains itself with --help and starts nothing', async () => {
    const { code, stdout } = await runLocal(place, ['--help']);
    expect(code).toBe(0);
    for (const word of ['--once', '--fresh', '--manual', 'AWS_EDGE_PORT']) expect(stdout).toContain(word);
    expect(stdout).not.toContain('everything runs');
  });

  it('names an option that it does not know', async () => {
    const { code, stderr } = await runLocal(place, ['--wrong']);
    expect(code).toBe(1);
    expect(stderr).toContain('--wrong');
  });

  it.each(['aws-edge/edge.db', 'aws-edge/sqs/fauxqs.db', 'ges/ges-simulator.sqlite', 'xero/xero-sandbox.sqlite'])(
    'says where damaged state is and how to go on: %s',
    async (file) => {
      const damaged = newPlace(place.ports);
      mkdirSync(dirname(join(damaged.dataDir, file)), { recursive: true });
      writeFileSync(join(damaged.dataDir, file), 'no database at all '.repeat(300));
      const { code, stderr } = await runLocal(damaged, ['--once']);
      forget(damaged);
      expect(code).toBe(1);
      expect(stderr).toContain(damaged.dataDir);
      expect(stderr).toContain('--fresh');
      expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    },
    LONG,
  );

  it('names a variable that is no port', async () => {
    const { code, stderr } = await runLocal({ ...place, ports: { ...place.ports, xeroSandbox: 70_000 } }, ['--once']);
    expect(code).toBe(1);
    expect(stderr).toContain('XERO_SANDBOX_PORT must be a port number');
  });
});
