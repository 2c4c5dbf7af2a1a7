import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ });

const stageValues = z.strictObject({
  xeroApiBaseUrl: url,
  xeroIdentityBaseUrl: url,
  xeroLoginBaseUrl: url,
  gesApiBaseUrl: url,
  gesTokenUrl: url,
  /** Issuer of the GES identity provider: the JWT authoriser reads its keys from `<issuer>/.well-known/openid-configuration`. */
  jwtIssuer: url,
  jwtAudience: z.string().min(1),
  /** Where a browser reaches the Integration API; left out, it is the HTTP API's own address. */
  publicBaseUrl: url.optional(),
  settingsPageUrl: url,
  /** Origins of GES pages to which "Log in with Xero" may return. */
  signInOrigins: z.array(url).min(1),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  logRetentionDays: z.enum(RetentionDays),
  /** True keeps the table and its key when the stack is deleted, and protects the table against deletion. */
  keepData: z.boolean(),
  /** Most lanes drained at the same time: a cost cap. AWS allows 2 to 1,000. */
  laneConcurrency: z.int().min(2).max(1000),
  /** Concurrency that is set aside for webhooks, and their limit as well: neither they nor the drains can take it from the other. */
  webhookConcurrency: z.int().min(1).max(1000),
  alarmEmails: z.array(z.email()),
});

const stages = z.record(z.string().regex(/^[a-z][a-z0-9]{1,9}$/, 'a stage name is 2 to 10 lower-case letters or digits'), stageValues);

/** Values of one stage, from `context.stages` of cdk.json, with the stage's name. */
export type Stage = z.infer<typeof stageValues> & { readonly name: string };

/** Where context is read from: a construct's node (`app.node`). */
export interface ContextSource {
  tryGetContext(key: string): unknown;
}

/** The stage that was asked for cannot be used; the message names the stage and the value at fault. */
export class StageError extends Error {
  override name = 'StageError';
}

/** Names of the stack and of everything whose physical name contracts.md fixes: `ges-xero-<stage>`. */
export function stackName(stage: string): string {
  return `ges-xero-${stage}`;
}

/** Names that nobody can own (RFC 2606), as examples use them. */
const NOBODYS = /(^|[.@])(example(\.(com|org|net))?|invalid|test|localhost)$/i;

/** A stage whose data is kept serves people: an address of nobody's, or alarms that nobody gets, would be found out too late. */
function requireRealAddresses({ name, alarmEmails, ...values }: Stage): void {
  if (alarmEmails.length === 0)
    throw new StageError(`stage "${name}" in cdk.json: alarmEmails is empty, so that nobody would hear of an alarm`);
  const texts = Object.entries({ ...values, alarmEmails }).flatMap(([key, value]) =>
    [value].flat().map((text) => [key, String(text)] as const),
  );
  const unreal = texts.filter(([, text]) => NOBODYS.test(URL.parse(text)?.hostname ?? (text.includes('@') ? text : '')));
  if (unreal.length === 0) return;
  const named = unreal.map(([key, text]) => `${key} (${text})`).join(', ');
  throw new StageError(`stage "${name}" in cdk.json: put real addresses in the place of the examples: ${named}`);
}

/**
 * The stage that context asks for: `-c stage=dev|prod|local` (default dev), its values from `context.stages`, single
 * values replaced by the optional context `stageOverrides` (a JSON object, as moved local ports need it).
 * Throws StageError.
 */
export function readStage(context: ContextSource): Stage {
  const name = z.string().parse(context.tryGetContext('stage') ?? 'dev');
  const all = z.record(z.string(), z.unknown()).safeParse(context.tryGetContext('stages'));
  if (!all.success) throw new StageError('cdk.json has no context "stages": one object of values for each stage');
  const own = z.record(z.string(), z.unknown()).safeParse(all.data[name]);
  if (!own.success) throw new StageError(`unknown stage "${name}": cdk.json knows ${Object.keys(all.data).join(', ')}`);

  const overrides = z.record(z.string(), z.unknown()).parse(context.tryGetContext('stageOverrides') ?? {});
  const parsed = stages.safeParse({ [name]: { ...own.data, ...overrides } });
  if (!parsed.success) throw new StageError(`stage "${name}" in cdk.json: ${z.prettifyError(parsed.error)}`);
  const stage = { ...stageValues.parse(parsed.data[name]), name };
  if (stage.keepData) requireRealAddresses(stage);
  return stage;
}
