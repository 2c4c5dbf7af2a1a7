import { z } from 'zod';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { DEFAULT_SETTINGS } from '../core/settings.ts';
import { LOCAL_APP } from '../seed/apps.ts';
import { seedDemo } from '../seed/demo.ts';
import { bodyOf, refuse, type Lever, type Pull } from './context.ts';

/** The years in which all dates of the sandbox can be written. */
const CLOCK_RANGE = [Date.UTC(2000, 0, 1), Date.UTC(3000, 0, 1)] as const;
const CLOCK = z.strictObject({
  mode: z.enum(['real', 'virtual']).optional(),
  now: z.iso.datetime().optional(),
  advanceMs: z.number().int().optional(),
});

function timeOf({ exchange: { state }, shellNow }: Pull): number {
  const { mode, offsetMs, virtualNow } = state.clock;
  return mode === 'virtual' ? virtualNow : shellNow + offsetMs;
}

function clockJson(pull: Pull): SandboxAnswer {
  return jsonAnswer(200, { mode: pull.exchange.state.clock.mode, now: new Date(timeOf(pull)).toISOString() });
}

function setClock(pull: Pull): SandboxAnswer {
  const { mode, now, advanceMs } = bodyOf(pull, CLOCK);
  const { state } = pull.exchange;
  const target = (now === undefined ? timeOf(pull) : Date.parse(now)) + (advanceMs ?? 0);
  if (target < CLOCK_RANGE[0] || target >= CLOCK_RANGE[1]) throw refuse(400, 'The clock goes from the year 2000 to 2999.');
  state.clock = { id: 'clock', mode: mode ?? state.clock.mode, offsetMs: target - pull.shellNow, virtualNow: target };
  return clockJson(pull);
}

/** Back to the demo organisations as on the first start: no connections, no tokens, counts at zero, no faults. */
function reset(pull: Pull): SandboxAnswer {
  const { state, now } = pull.exchange;
  const { signingKey, settings } = state;
  const { seed } = bodyOf(pull, z.strictObject({ seed: z.string().optional() }));
  const webhookUrl = state.subscriptions.get(LOCAL_APP.clientId)?.url;
  const redirectUris = state.apps.get(LOCAL_APP.clientId)?.redirectUris ?? LOCAL_APP.redirectUris;
  if (webhookUrl === undefined) throw refuse(409, 'The local app is gone; start the sandbox anew.');
  state.clear();
  state.seed(seed ?? `reset at ${String(now)}`);
  state.signingKey = signingKey;
  const { publicUrl, latencyMs, webhookDelayMs, webhookRetryMs } = settings;
  state.settings = { ...DEFAULT_SETTINGS, publicUrl, latencyMs, webhookDelayMs, webhookRetryMs };
  seedDemo(state, now, webhookUrl);
  state.apps.put({ ...LOCAL_APP, redirectUris });
  pull.log.reset(state);
  pull.deliveries.forgetInFlight();
  pull.inProgress.clear();
  return jsonAnswer(200, { reset: true });
}

/** Time, reset, token loss. */
export const CONTROL_LEVERS: readonly Lever[] = [
  { method: 'GET', pattern: 'clock', does: 'the sandbox time', pull: clockJson },
  {
    method: 'POST',
    pattern: 'clock',
    does: 'set or step the clock: { mode: real | virtual, now?: ISO, advanceMs? }; virtual stands still',
    pull: setClock,
  },
  { method: 'POST', pattern: 'reset', does: 'start again from the demo seed: { seed? }', pull: reset },
  {
    method: 'POST',
    pattern: 'tokens/expire',
    does: 'let all access tokens expire now; with { refresh: true } all refresh tokens are lost too',
    pull: (pull) => {
      const { refresh } = bodyOf(pull, z.strictObject({ refresh: z.boolean().default(false) }));
      const { state, now } = pull.exchange;
      for (const token of [...state.accessTokens.values()]) state.accessTokens.put({ ...token, expires: Math.min(token.expires, now) });
      if (refresh) for (const { token } of [...state.refreshTokens.values()]) state.refreshTokens.delete(token);
      return jsonAnswer(200, { accessTokens: state.accessTokens.size, refreshTokens: state.refreshTokens.size });
    },
  },
];
