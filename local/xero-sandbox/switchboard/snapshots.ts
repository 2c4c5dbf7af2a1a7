import { jsonAnswer } from '../core/messages.ts';
import { refuse, type Lever } from './context.ts';

/** Whole states by name: data, tokens, limits, clock, settings. They are kept with `--data`, else as long as the process lives. */
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
    method: 'GET',
    pattern: 'snapshots/{}/changes',
    does: 'what has changed since the snapshot: [{ table, key, before?, after? }]; ?table=invoices,payments keeps those tables',
    pull: ({ snapshots, exchange, params }) => {
      const name = params[0] ?? '';
      const changes = snapshots.changes(name, exchange.state);
      if (changes === undefined) throw refuse(404, `There is no snapshot ${name}.`);
      const tables = exchange.url.searchParams.get('table')?.split(',');
      return jsonAnswer(
        200,
        changes.filter(({ table }) => tables?.includes(table) ?? true),
      );
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
