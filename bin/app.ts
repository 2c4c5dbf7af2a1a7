import { createApp } from '../lib/app.ts';
import { StageError } from '../lib/stage.ts';

try {
  createApp().app.synth();
} catch (error) {
  // A wrong stage is the operator's slip: one line says it better than a stack trace.
  if (!(error instanceof StageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
