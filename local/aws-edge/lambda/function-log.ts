import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

/** Called with every line a function writes. */
export type LogListener = (functionName: string, line: string) => void;

/** A log file larger than this is set aside as `.old` at the next start. */
const ROTATE_BYTES = 10 * 1024 * 1024;

/** The log of one function: `<dataDir>/logs/<function>.log`, in place of its CloudWatch log group. */
export class FunctionLog {
  readonly #name: string;
  readonly #listener: LogListener | undefined;
  readonly #stream;

  constructor(dataDir: string, functionName: string, listener: LogListener | undefined) {
    const directory = join(dataDir, 'logs');
    mkdirSync(directory, { recursive: true });
    const file = join(directory, `${functionName}.log`);
    if (existsSync(file) && statSync(file).size > ROTATE_BYTES) renameSync(file, `${file}.old`);
    this.#name = functionName;
    this.#listener = listener;
    this.#stream = createWriteStream(file, { flags: 'a' });
  }

  write(line: string): void {
    this.#stream.write(`${line}\n`);
    this.#listener?.(this.#name, line);
  }

  /** Copies an instance's stdout or stderr, line by line. */
  follow(output: Readable): void {
    createInterface({ input: output }).on('line', (line) => this.write(line));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.end(resolve));
  }
}
