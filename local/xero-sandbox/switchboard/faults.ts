import { z } from 'zod';
import { jsonAnswer } from '../core/messages.ts';
import { FAULT_KINDS } from '../gateway/records.ts';
import { DELAY, bodyOf, type Lever } from './context.ts';

const FAULT = z
  .strictObject({
    kind: z.enum(FAULT_KINDS),
    next: z.number().int().positive().optional(),
    share: z.number().min(0).max(1).optional(),
    method: z.enum(['GET', 'PUT', 'POST', 'DELETE']).optional(),
    path: z.string().startsWith('/').optional(),
    tenantId: z.string().optional(),
    problem: z.string().optional(),
    retryAfterSeconds: z.number().nonnegative().optional(),
    delayMs: DELAY.optional(),
    commit: z.boolean().default(false),
  })
  .refine(
    ({ kind, problem = '500' }) => kind !== 'html' || /^[2-5]\d\d$/.test(problem),
    'problem of an html fault is its status, 200 to 599',
  )
  .refine(
    ({ kind, problem = '' }) => kind !== '429' || /^[ -~]*$/.test(problem),
    'problem of a 429 is sent as a header: plain letters only',
  )
  .refine(({ next, share }) => next === undefined || share === undefined, 'give next or share, not both');

/** Injecting faults into calls (not into the switchboard itself). */
export const FAULT_LEVERS: readonly Lever[] = [
  {
    method: 'GET',
    pattern: 'faults',
    does: 'the faults set and how often each hit',
    pull: ({ exchange }) => jsonAnswer(200, [...exchange.state.faults.values()]),
  },
  {
    method: 'POST',
    pattern: 'faults',
    does: `set a fault: { kind: ${FAULT_KINDS.join(' | ')}, next: N | share: p, method?, path?: prefix, tenantId?, problem?, retryAfterSeconds?, delayMs?, commit? }; without next and share the next call`,
    pull: (pull) => {
      const fault = bodyOf(pull, FAULT);
      const { state } = pull.exchange;
      const made = state.faults.put({
        id: state.newGuid(),
        kind: fault.kind,
        next: fault.share === undefined ? (fault.next ?? 1) : undefined,
        share: fault.share,
        method: fault.method,
        path: fault.path,
        tenantId: fault.tenantId,
        problem: fault.problem,
        retryAfterSeconds: fault.retryAfterSeconds,
        delayMs: fault.delayMs,
        commit: fault.commit,
        hits: 0,
      });
      return jsonAnswer(201, made);
    },
  },
  {
    method: 'DELETE',
    pattern: 'faults',
    does: 'end all faults',
    pull: ({ exchange: { state } }) => {
      for (const { id } of [...state.faults.values()]) state.faults.delete(id);
      return jsonAnswer(200, []);
    },
  },
];
