import type { DeliverWebhook, Effect } from '../../../../local/xero-sandbox/core/messages.ts';
import { Bench, type Reply, type Sent } from '../bench.ts';

/** One call and its answer, as an outsider sees them. */
export interface Recorded {
  method: string;
  /** Path with query. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  status: number;
  answerHeaders: Readonly<Record<string, string>>;
  answer: string;
}

/** Time between two calls: far enough apart for the minute limit, which is 60. */
const PACE_MS = 1_100;

/** A bench that keeps what went over the wire, switchboard calls left out, and receives its webhooks. */
export class Recorder extends Bench {
  readonly exchanges: Recorded[] = [];
  readonly deliveries: DeliverWebhook[] = [];

  /** A recorder whose app is connected. */
  static ready(fields: Record<string, string> = {}): Recorder {
    const recorder = new Recorder();
    recorder.connect(fields);
    return recorder;
  }

  override send(method: string, url: string, sent: Sent = {}): Reply {
    this.now += PACE_MS;
    const reply = super.send(method, url, sent);
    this.receive(reply.effects);
    if (!url.startsWith('/_sandbox')) {
      const { body, form, headers = {} } = sent;
      const text = form !== undefined ? new URLSearchParams(form).toString() : typeof body === 'string' ? body : JSON.stringify(body ?? {});
      const { status, text: answer, headers: answerHeaders } = reply;
      this.exchanges.push({ method, url, headers, body: text, status, answerHeaders, answer });
    }
    return reply;
  }

  /** Takes deliveries and acknowledges them. */
  receive(effects: readonly Effect[]): void {
    for (const delivery of effects) {
      this.deliveries.push(delivery);
      this.sandbox.delivered(delivery.deliveryId, { status: 200, bodyLength: 0, setsCookie: false }, this.now);
    }
  }

  /** A call that must be accepted. */
  accepted(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Reply {
    const reply = this.api(method, path, body, headers);
    if (reply.status >= 300) throw new Error(`${method} ${path} should be accepted: ${String(reply.status)} ${reply.text}`);
    return reply;
  }

  /** A call that must be refused with that status. */
  refused(status: number, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Reply {
    const reply = this.api(method, path, body, headers);
    if (reply.status !== status) throw new Error(`${method} ${path} should get ${String(status)}: ${String(reply.status)} ${reply.text}`);
    return reply;
  }

  /** A pull of the switchboard that must work. */
  asUser(path: string, body?: unknown): Record<string, unknown> {
    const reply = this.pull('POST', `as-user/${path}`, body);
    if (reply.status >= 300) throw new Error(`as-user/${path}: ${String(reply.status)} ${reply.text}`);
    return reply.json;
  }
}
