import type { XeroSandbox } from '../../local/xero-sandbox/core/sandbox.ts';
import type { Invoice } from '../../local/xero-sandbox/invoices/records.ts';
import type { Payment } from '../../local/xero-sandbox/payments/records.ts';
import { DEMO_ORGANISATIONS } from '../../local/xero-sandbox/seed/organisations.ts';
import type { Clock } from '../../shared/sync/ports.ts';
import type { Transport } from '../../shared/xero/api-caller.ts';
import { XeroSystem } from '../simulation/world/xero-system.ts';

/** VAT-registered and a CIS subcontractor; and neither. */
export const VAT_TENANT = DEMO_ORGANISATIONS[0].tenantId;
export const PLAIN_TENANT = DEMO_ORGANISATIONS[1]?.tenantId ?? '';

/** Xero of the simulated world, seen from one organisation: the product reaches it through `system`, a person through `as`. */
export interface MoneyXero {
  readonly system: XeroSystem;
  readonly sandbox: XeroSandbox;
  /** Posts webhooks that were held back until now. */
  tick(): void;
  /** Calls under /api.xro/ so far, e.g. `PUT /api.xro/2.0/Invoices`. */
  readonly calls: readonly string[];
  forgetCalls(): void;
  /** Pulls a lever of the switchboard, e.g. `as('invoices/<id>/pay', { amount: 50 })`; throws when it does not move. */
  as(action: string, body?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Sets a fault of the switchboard, e.g. `{ kind: '429', retryAfterSeconds: 40 }`; with `atCall` it hits that call from now on, counting from 1. */
  fault(fault: Readonly<Record<string, unknown>>, atCall?: number): void;
  faultsHit(): number;
  invoices(): readonly Invoice[];
  /** Sales invoices with a number, of any status. */
  numbered(number: string): readonly Invoice[];
  /** The one live invoice with a number; throws when there is none or more than one. */
  invoice(number: string): Invoice;
  /** Payments not deleted, of one invoice or all. */
  payments(invoiceId?: string): readonly Payment[];
}

/** `onWebhook` gets the body of every delivery. */
export function createMoneyXero(clock: Clock, tenantId: string, onWebhook: (body: string) => void): MoneyXero {
  const system = new XeroSystem(
    () => clock.now(),
    ({ deliveryId, body }) => {
      onWebhook(body);
      system.sandbox.delivered(deliveryId, { status: 200, bodyLength: 0, setsCookie: false }, clock.now());
    },
  );
  const { sandbox } = system;
  sandbox.state.settings = { ...sandbox.state.settings, webhookDelayMs: 0 };
  let planned: { readonly fault: Readonly<Record<string, unknown>>; left: number } | undefined;

  const planning = (real: Transport): Transport => {
    return (config) => {
      if (planned !== undefined && --planned.left === 0) system.setFault(planned.fault);
      return real(config);
    };
  };
  const numbered = (number: string): readonly Invoice[] => system.invoices(tenantId).filter((invoice) => invoice.number === number);

  return {
    system: Object.create(system, {
      transportFrom: { value: (...from: Parameters<XeroSystem['transportFrom']>) => planning(system.transportFrom(...from)) },
    }) as XeroSystem,
    sandbox,
    tick: () => system.tick(),
    get calls() {
      return system.calls.map(({ method, path }) => `${method} ${path}`);
    },
    forgetCalls: () => void system.calls.splice(0),
    as(action, body = {}) {
      // A person is never as fast as a machine: no two changes at the same instant.
      void clock.sleep(1_000);
      return system.user(tenantId, action, body);
    },
    fault(fault, atCall) {
      if (atCall === undefined) system.setFault(fault);
      else planned = { fault, left: atCall };
    },
    faultsHit: () => [...sandbox.state.faults.values()].reduce((sum, { hits }) => sum + hits, 0),
    invoices: () => system.invoices(tenantId),
    numbered,
    invoice(number) {
      const [only, ...more] = numbered(number).filter(({ status }) => status !== 'DELETED');
      if (only === undefined || more.length > 0) throw new Error(`${number} is in Xero ${only === undefined ? 'not at all' : 'twice'}`);
      return only;
    },
    payments: (invoiceId) => system.payments(tenantId).filter((payment) => invoiceId === undefined || payment.invoiceId === invoiceId),
  };
}
