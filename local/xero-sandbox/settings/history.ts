import { envelope, type AccountingCall } from '../api/call.ts';
import { dateString, xeroDate } from '../api/dates.ts';
import { elementsOf, textField } from '../api/fields.ts';
import { ElementInvalid } from '../api/problems.ts';
import { saveBatch } from '../api/batches.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import type { SandboxState } from '../core/state.ts';
import type { HistoryRecord } from './records.ts';

const MAX_NOTE = 2_500;

/** Adds a line to the history of `<tenantId>/<resource>/<id>`. */
export function addHistory(
  state: SandboxState,
  now: number,
  subject: string,
  changes: string,
  user: string,
  details: string,
): HistoryRecord {
  return state.history.put({ id: state.newGuid(), subject, changes, user, details, at: now });
}

/** A line of the history as Xero shows it. */
export function historyJson(record: HistoryRecord): object {
  return {
    Changes: record.changes,
    DateUTC: xeroDate(record.at),
    DateUTCString: dateString(record.at),
    User: record.user,
    Details: record.details,
  };
}

/** GET .../History, newest first. */
export function listHistory(call: AccountingCall, subject: string): SandboxAnswer {
  const records = call.state.history.by('subject', subject).sort((a, b) => b.at - a.at);
  return envelope(call, 'HistoryRecords', records.map(historyJson));
}

/** PUT .../History: adds notes. */
export function addNotes(call: AccountingCall, subject: string): SandboxAnswer {
  return saveBatch(call, elementsOf(call.request.body, 'HistoryRecords'), {
    plural: 'HistoryRecords',
    errorFlag: undefined,
    save: (element) => {
      const details = textField(element, 'Details') ?? '';
      if (details === '' || details.length > MAX_NOTE) throw new ElementInvalid([`Details must have 1 to ${String(MAX_NOTE)} characters.`]);
      return historyJson(addHistory(call.state, call.now, subject, 'Note', call.app.name, details));
    },
    echo: (element) => ({ ...element }),
  });
}
