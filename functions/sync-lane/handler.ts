import type { Context, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { createLog, withIds } from '../../shared/runtime/log.ts';
import { createDrain } from '../../shared/sync/drain.ts';
import { enterLane } from '../../shared/sync/lane.ts';
import { wireDrain } from './wiring.ts';

/** No Xero write is started with less time left: it may take 30 s, and its answer must be stored (design §4). */
const TIME_FOR_A_WRITE_MS = 40_000;

const doorbell = z.object({ accountId: z.string().min(1) });

const log = createLog();
const deps = wireDrain(log);

/** Answers doorbells (batch size 1): drains the account's lane. A failure goes back to the queue by itself. */
export async function handler(event: SQSEvent, context: Context): Promise<void> {
  for (const record of event.Records) {
    const { accountId } = doorbell.parse(JSON.parse(record.body));
    const laneLog = withIds(log, { accountId, correlationId: record.messageId });
    const hasTime = (): boolean => context.getRemainingTimeInMillis() > TIME_FOR_A_WRITE_MS;
    const end = await enterLane({ ...deps, log: laneLog }, accountId, hasTime, createDrain(deps, accountId, laneLog));
    laneLog.info('doorbell answered', { end });
  }
}
