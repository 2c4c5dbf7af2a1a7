import { describe, expect, it } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { appOf } from './stack-under-test.ts';

interface Finding {
  readonly rule: string;
  readonly path: string;
}

function findingsOf(pack: NagPack, scope: IConstruct): Finding[] {
  return pack
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: String(constructPath) })),
    );
}

/** The same pack, blind to acknowledgements: what there would be to explain. */
function blind<P extends NagPack>(pack: P): P {
  return Object.assign(pack, { isAcknowledged: () => false });
}

interface Acknowledgement extends Finding {
  readonly reason: string;
}

function acknowledgementsOf(scope: IConstruct): Acknowledgement[] {
  return scope.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, unknown>).map(([id, reason]) => ({
          rule: id.replace(/^annotation::/i, ''),
          path: construct.node.path,
          reason: typeof reason === 'string' ? reason : JSON.stringify(reason),
        })),
      ),
  );
}

describe.each(['local', 'dev', 'prod'])('cdk-nag 3, stage %s', (stage) => {
  const { app, stack } = appOf(stage);

  it.each([
    ['AwsSolutionsChecks', new AwsSolutionsChecks(app)],
    ['ServerlessChecks', new ServerlessChecks(app)],
  ])('%s: no finding is left unexplained', (_name, pack) => {
    expect(findingsOf(pack, app)).toEqual([]);
  });

  it('every acknowledgement is on one construct below the stack and gives its reason in a full sentence', () => {
    const acknowledgements = acknowledgementsOf(app);
    expect(acknowledgements.length).toBeGreaterThan(0);
    for (const { path, reason } of acknowledgements) {
      expect(path).not.toBe(stack.node.path);
      expect(reason).toMatch(/^"?[A-Z].{30,}\."?$/);
    }
  });

  it('no acknowledgement outlives its finding', () => {
    const findings = [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) => findingsOf(blind(pack), app));
    const stale = acknowledgementsOf(app).filter(
      ({ rule, path }) =>
        !findings.some((finding) => finding.rule === rule && (finding.path === path || finding.path.startsWith(`${path}/`))),
    );
    expect(stale).toEqual([]);
  });
});
