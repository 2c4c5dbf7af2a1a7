/**
 * The environment of each function, read once at cold start. A missing or unusable variable stops the function before
 * it can do half a job, and the message names it. The CDK stack sets these very names.
 */

interface Variable {
  readonly name: string;
  /** `url`: absolute http(s) address, given back without a slash at its end. `origins`: of such addresses, separated by spaces. */
  readonly kind: 'text' | 'url' | 'origins';
  readonly fallback?: string;
}

const VARIABLES = {
  stage: { name: 'STAGE', kind: 'text' },
  tableName: { name: 'TABLE_NAME', kind: 'text' },
  laneQueueUrl: { name: 'LANE_QUEUE_URL', kind: 'url' },
  eventsDlqUrl: { name: 'EVENTS_DLQ_URL', kind: 'url' },
  eventBusName: { name: 'EVENT_BUS_NAME', kind: 'text' },
  xeroAppSecretArn: { name: 'XERO_APP_SECRET_ARN', kind: 'text' },
  gesApiSecretArn: { name: 'GES_API_SECRET_ARN', kind: 'text' },
  xeroTokensSecretPrefix: { name: 'XERO_TOKENS_SECRET_PREFIX', kind: 'text' },
  xeroApiBaseUrl: { name: 'XERO_API_BASE_URL', kind: 'url', fallback: 'https://api.xero.com' },
  xeroIdentityBaseUrl: { name: 'XERO_IDENTITY_BASE_URL', kind: 'url', fallback: 'https://identity.xero.com' },
  xeroLoginBaseUrl: { name: 'XERO_LOGIN_BASE_URL', kind: 'url', fallback: 'https://login.xero.com' },
  gesApiBaseUrl: { name: 'GES_API_BASE_URL', kind: 'url' },
  gesTokenUrl: { name: 'GES_TOKEN_URL', kind: 'url' },
  publicBaseUrl: { name: 'PUBLIC_BASE_URL', kind: 'url' },
  settingsPageUrl: { name: 'SETTINGS_PAGE_URL', kind: 'url' },
  signInOrigins: { name: 'SIGN_IN_ORIGINS', kind: 'origins' },
} as const satisfies Record<string, Variable>;

type VariableKey = keyof typeof VARIABLES;

const XERO_ACCESS = [
  'xeroAppSecretArn',
  'xeroTokensSecretPrefix',
  'xeroApiBaseUrl',
  'xeroIdentityBaseUrl',
] as const satisfies readonly VariableKey[];

/** What each function needs: no function sees more than this. */
const NEEDS = {
  'ges-events': ['stage', 'tableName', 'laneQueueUrl', 'eventsDlqUrl'],
  'xero-webhooks': ['stage', 'tableName', 'laneQueueUrl', 'xeroAppSecretArn'],
  'sync-lane': ['stage', 'tableName', 'laneQueueUrl', 'eventBusName', ...XERO_ACCESS, 'gesApiSecretArn', 'gesApiBaseUrl', 'gesTokenUrl'],
  'integration-api': [
    'stage',
    'tableName',
    'laneQueueUrl',
    ...XERO_ACCESS,
    'xeroLoginBaseUrl',
    'publicBaseUrl',
    'settingsPageUrl',
    'signInOrigins',
  ],
  'bulk-sync': ['stage', 'tableName', 'laneQueueUrl'],
  sweep: ['stage', 'tableName', 'laneQueueUrl', ...XERO_ACCESS],
} as const satisfies Record<string, readonly VariableKey[]>;

export type FunctionName = keyof typeof NEEDS;
export type Config<F extends FunctionName> = Readonly<Record<(typeof NEEDS)[F][number], string>>;

/** A variable of the environment is missing or unusable; the message names every one that is. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

function readUrl(name: string, value: string): string {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ConfigError(`${name} must be an http or https address`);
  }
  return value.replace(/\/+$/, '');
}

function readVariable(variable: Variable, env: NodeJS.ProcessEnv): string {
  const value = env[variable.name]?.trim() || variable.fallback;
  if (value === undefined) throw new ConfigError(`${variable.name} is not set`);
  if (variable.kind === 'url') return readUrl(variable.name, value);
  return variable.kind === 'text'
    ? value
    : value
        .split(/\s+/)
        .map((part) => new URL(readUrl(variable.name, part)).origin)
        .join(' ');
}

/** Environment of `functionName`, checked. Throws ConfigError. */
export function readConfig<F extends FunctionName>(functionName: F, env: NodeJS.ProcessEnv = process.env): Config<F> {
  const config: Partial<Record<VariableKey, string>> = {};
  const faults: string[] = [];
  for (const key of NEEDS[functionName]) {
    try {
      config[key] = readVariable(VARIABLES[key], env);
    } catch (fault) {
      faults.push((fault as ConfigError).message);
    }
  }
  if (faults.length > 0) throw new ConfigError(`Environment of ${functionName}: ${faults.join('; ')}`);
  return config as Config<F>;
}
