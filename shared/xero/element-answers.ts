import type { ValidationError } from 'xero-node/dist/gen/model/accounting/validationError.js';
import { RetryFailure } from '../sync/errors.ts';
import type { ElementAnswer } from '../sync/books-port.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';

/** What every element of a write's answer may say about itself. */
interface Judged {
  readonly validationErrors?: ValidationError[];
  readonly hasErrors?: boolean;
  readonly hasValidationErrors?: boolean;
  readonly statusAttributeString?: string;
}

/** How elements of one entity are read. */
export interface ElementReading<Element, Sent, T> {
  /** Names the call in failures, e.g. `PUT Contacts`. */
  readonly operation: string;
  /** One of them in messages, e.g. `contact`. */
  readonly noun: string;
  /** Xero's id of the element. */
  readonly idOf: (element: Element) => string | null | undefined;
  readonly toRecord: (element: Element) => T;
  readonly isAbout: (sent: Sent, record: T) => boolean;
}

/** Xero's JSON has null where xero-node's types say undefined, and a zero GUID where nothing was made. */
export function isXeroId(id: string | null | undefined): id is string {
  return Boolean(id) && id !== NO_ID;
}

/** GUIDs are the same in any casing. */
export function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The list of an answer. A 200 with HTML in it resolves with the list missing: throws RetryFailure. */
export function listOf<T>(list: readonly T[] | undefined, operation: string): readonly T[] {
  if (list === undefined) throw new RetryFailure(`Xero's answer to ${operation} is not what was asked for`, 'server-error');
  return list;
}

/** A 200 never proves success: each element says for itself. */
function elementAnswer<E extends Judged, S, T>(element: E, reading: ElementReading<E, S, T>): ElementAnswer<T> {
  const messages = (element.validationErrors ?? []).map(({ message }) => message ?? '').filter((message) => message !== '');
  const refused =
    messages.length > 0 ||
    element.hasErrors === true ||
    element.hasValidationErrors === true ||
    element.statusAttributeString === 'ERROR' ||
    !isXeroId(reading.idOf(element));
  if (!refused) return { ok: true, record: reading.toRecord(element) };
  return { ok: false, messages: messages.length > 0 ? messages : [`Xero refused this ${reading.noun} without giving a reason.`] };
}

/**
 * One answer per element sent, in the order sent. An answer that is not about the elements sent would link the wrong record:
 * throws RetryFailure, so that it is looked up instead.
 */
export function answersInOrder<E extends Judged, S, T>(
  elements: readonly E[] | undefined,
  sent: readonly S[],
  reading: ElementReading<E, S, T>,
): readonly ElementAnswer<T>[] {
  const answers = listOf(elements, reading.operation).map((element) => elementAnswer(element, reading));
  const fits =
    answers.length === sent.length &&
    sent.every((one, index) => {
      const answer = answers[index];
      return answer?.ok !== true || reading.isAbout(one, answer.record);
    });
  if (!fits) throw new RetryFailure(`Xero's answer to ${reading.operation} does not match what was sent`, 'server-error');
  return answers;
}
