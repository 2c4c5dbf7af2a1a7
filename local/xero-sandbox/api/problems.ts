import { answer, jsonAnswer, type SandboxAnswer } from '../core/messages.ts';

/** A failure of a whole request, carrying the answer that Xero gives for it. */
export class XeroProblem extends Error {
  readonly answer: SandboxAnswer;

  constructor(message: string, failure: SandboxAnswer) {
    super(message);
    this.name = 'XeroProblem';
    this.answer = failure;
  }

  /** 400 ErrorNumber 10 without elements. */
  static validation(message: string): XeroProblem {
    return new XeroProblem(message, jsonAnswer(400, { ErrorNumber: 10, Type: 'ValidationException', Message: message }));
  }

  /** 400 ErrorNumber 14: JSON that cannot be read or a value of the wrong type. */
  static postData(message: string): XeroProblem {
    return new XeroProblem(message, jsonAnswer(400, { ErrorNumber: 14, Type: 'PostDataInvalidException', Message: message }));
  }

  /** 400 ErrorNumber 16: a bad where or order (number unverified). */
  static query(message: string): XeroProblem {
    return new XeroProblem(message, jsonAnswer(400, { ErrorNumber: 16, Type: 'QueryParseException', Message: message }));
  }

  /** 404 as text/html. */
  static notFound(): XeroProblem {
    return new XeroProblem('Not found', notFoundAnswer());
  }

  /** 501 ApiException for a method that the endpoint does not support. */
  static notImplemented(): XeroProblem {
    const message = 'The Api Method called is not implemented';
    return new XeroProblem(message, jsonAnswer(501, { ErrorNumber: 20, Type: 'ApiMethodNotImplementedException', Message: message }));
  }

  /** 501 for an operation that Xero has and this sandbox has not. */
  static notInSandbox(what: string): XeroProblem {
    const message = `${what} is part of Xero's API, but not in this sandbox.`;
    return new XeroProblem(message, jsonAnswer(501, { ErrorNumber: 20, Type: 'ApiMethodNotImplementedException', Message: message }));
  }
}

export function notFoundAnswer(): SandboxAnswer {
  return answer(404, { 'content-type': 'text/html; charset=utf-8' }, "The resource you're looking for cannot be found");
}

/** Why one element of a request cannot be accepted; several messages may come together. */
export class ElementInvalid extends Error {
  readonly messages: readonly string[];

  constructor(messages: readonly string[]) {
    super(messages.join(' '));
    this.name = 'ElementInvalid';
    this.messages = messages;
  }
}
