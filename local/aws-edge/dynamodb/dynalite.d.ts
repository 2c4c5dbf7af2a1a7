/** dynalite 4 ships no types: the part of it that is used here. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Directory of the LevelDB store. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** An HTTP server that has not been told to listen yet. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
