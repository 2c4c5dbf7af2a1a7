import type { Context, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { createLog, withIds } from '../../shared/runtime/log.ts';
import { createDrain } from '../../shared/sync/drain.ts';
import { enterLane } from '../../shared/sync/lane.ts';
import { wireDrain } from './wiring.ts';

const doorbell = z.object({ accountId: z.string().min(1) });

const log = createLog();
const deps = wireDrain(log);

/** Answers doorbells (batch size 1): drains the account's lane. A failure goes back to the queue by itself. */
export async function handler(event: SQSEvent, context: Context): Promise<void> {
  for (const record of event.Records) {
    const { accountId } = doorbell.parse(JSON.parse(record.body));
    const laneLog = withIds(log, { accountId, correlationId: record.messageId });
    const timeLeftMs = (): number => context.getRemainingTimeInMillis();
    const end = await enterLane({ ...deps, log: laneLog }, accountId, timeLeftMs, (entered) =>
      createDrain(deps, accountId, laneLog, entered),
    );
    laneLog.info('doorbell answered', { end });
  }
}
