import type { AppProps } from 'aws-cdk-lib';
import { App, Tags } from 'aws-cdk-lib';
import { readStage, stackName } from './stage.ts';
import { SyncStack } from './sync-stack.ts';

/** The CDK app with the one stack of the stage that context asks for (default dev). */
export function createApp(props: AppProps = {}): { app: App; stack: SyncStack } {
  const app = new App({ analyticsReporting: false, ...props });
  const stage = readStage(app.node);
  const stack = new SyncStack(app, stackName(stage.name), {
    stage,
    description: `GES-Xero sync, stage ${stage.name}: customers, invoices and payments in step with Xero`,
    terminationProtection: stage.keepData,
  });
  Tags.of(stack).add('service', 'ges-xero-sync');
  Tags.of(stack).add('stage', stage.name);
  return { app, stack };
}
