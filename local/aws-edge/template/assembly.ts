import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

/** The properties of a stack's artifact (templateFile, stackName) and of an asset manifest's (file). */
const artifactProperties = z.object({ templateFile: z.string().optional(), stackName: z.string().optional(), file: z.string().optional() });

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), environment: z.string().optional(), properties: artifactProperties.optional() }),
  ),
});

const assetManifestSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).optional(),
  Conditions: z.record(z.string(), z.unknown()).optional(),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).optional(),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).optional(),
      Metadata: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

export type CloudFormationTemplate = z.infer<typeof templateSchema>;

/** One synthesised stack: its template, its name and region, and where its file assets lie on this machine. */
export interface StackAssembly {
  readonly stackName: string;
  readonly region: string;
  readonly template: CloudFormationTemplate;
  /** Object key in the assets bucket → absolute path of the directory or file. */
  readonly assets: ReadonlyMap<string, string>;
}

/** The region an environment-agnostic stack runs in here: GES and its users are in the UK. */
const DEFAULT_REGION = 'eu-west-2';

function readJson<T>(schema: z.ZodType<T>, file: string): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: run "npm run synth" first.`, { cause: error });
  }
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${file} is not what the CDK writes: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Reads the stack of a stage (the one whose name ends in `-<stage>`) from the CDK cloud assembly in `assemblyDir`.
 * Throws when there is not exactly one.
 */
export function readAssembly(assemblyDir: string, stage: string): StackAssembly {
  const directory = resolve(assemblyDir);
  const { artifacts } = readJson(manifestSchema, join(directory, 'manifest.json'));
  const stacks = Object.entries(artifacts)
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([id, artifact]) => ({ name: artifact.properties?.stackName ?? id, artifact }));
  const [stack, second] = stacks.filter(({ name }) => name.endsWith(`-${stage}`));
  if (stack === undefined || second !== undefined) {
    throw new Error(
      `${directory} must hold one stack of the stage ${stage}; its stacks are: ${stacks.map(({ name }) => name).join(', ')}.`,
    );
  }
  const templateFile = join(directory, stack.artifact.properties?.templateFile ?? `${stack.name}.template.json`);
  const region = /^aws:\/\/[^/]+\/(.+)$/.exec(stack.artifact.environment ?? '')?.[1];
  return {
    stackName: stack.name,
    region: region === undefined || region === 'unknown-region' ? DEFAULT_REGION : region,
    template: readJson(templateSchema, templateFile),
    assets: readAssets(directory, artifacts),
  };
}

function readAssets(directory: string, artifacts: z.infer<typeof manifestSchema>['artifacts']): Map<string, string> {
  const assets = new Map<string, string>();
  for (const artifact of Object.values(artifacts)) {
    if (artifact.type !== 'cdk:asset-manifest' || artifact.properties?.file === undefined) continue;
    const file = join(directory, artifact.properties.file);
    for (const { source, destinations } of Object.values(readJson(assetManifestSchema, file).files)) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, resolve(dirname(file), source.path));
    }
  }
  return assets;
}
