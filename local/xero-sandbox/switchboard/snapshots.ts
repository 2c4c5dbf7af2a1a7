import { jsonAnswer } from '../core/messages.ts';
import { refuse, type Lever } from './context.ts';

/** Whole states by name: data, tokens, limits, clock, settings. They live as long as the process. */
export const SNAPSHOT_LEVERS: readonly Lever[] = [
  { method: 'GET', pattern: 'snapshots', does: 'the names of the snapshots', pull: ({ snapshots }) => jsonAnswer(200, snapshots.names()) },
  {
    method: 'POST',
    pattern: 'snapshots/{}',
    does: 'take a snapshot under that name',
    pull: ({ snapshots, exchange, params }) => {
      snapshots.take(params[0] ?? '', exchange.state);
      return jsonAnswer(201, snapshots.names());
    },
  },
  {
    method: 'POST',
    pattern: 'snapshots/{}/restore',
    does: 'put everything back as it was',
    pull: ({ snapshots, exchange, params, deliveries, inProgress }) => {
      const name = params[0] ?? '';
      if (!snapshots.restore(name, exchange.state)) throw refuse(404, `There is no snapshot ${name}.`);
      deliveries.forgetInFlight();
      inProgress.clear();
      return jsonAnswer(200, { restored: name });
    },
  },
];
