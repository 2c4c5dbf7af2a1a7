import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../shared/runtime/config.ts';
import { environmentOf, FUNCTION_NAMES, templateOf } from './stack-under-test.ts';

const STAGES = ['local', 'dev', 'prod'];
const OF_THE_RUNTIME = ['NODE_OPTIONS', 'POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'];

/** The environment as the function sees it once CloudFormation has put names and addresses in the place of intrinsics. */
function deployed(stage: string, name: (typeof FUNCTION_NAMES)[number]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environmentOf(templateOf(stage), name)).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : 'https://resolved.example',
    ]),
  );
}

describe('environment of the functions', () => {
  it.each(STAGES.flatMap((stage) => FUNCTION_NAMES.map((name) => [stage, name] as const)))(
    'stage %s gives %s what it checks at cold start',
    (stage, name) => {
      expect(() => readConfig(name, deployed(stage, name))).not.toThrow();
    },
  );

  it.each(FUNCTION_NAMES)('%s gets no variable that it does not read (stage local: no address there is a default)', (name) => {
    const environment = deployed('local', name);
    const needed = Object.keys(environment).filter((key) => {
      const { [key]: _left, ...others } = environment;
      return changesConfig(name, environment, others);
    });
    const unread = Object.keys(environment).filter((key) => !needed.includes(key) && !OF_THE_RUNTIME.includes(key));
    expect(unread).toEqual([]);
  });
});

/** True when the function's configuration fails or differs without the variable. */
function changesConfig(name: (typeof FUNCTION_NAMES)[number], whole: Record<string, string>, without: Record<string, string>): boolean {
  try {
    return JSON.stringify(readConfig(name, without)) !== JSON.stringify(readConfig(name, whole));
  } catch {
    return true;
  }
}
