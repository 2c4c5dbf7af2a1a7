import { call, current } from './api.js';
import { actNow, confirmAction } from './dialogs.js';
import { button, card, el, field, input, redraw, select, table, tick } from './dom.js';

const KINDS = [
  ['429', '429 too many requests'],
  ['500', '500 internal error (JSON)'],
  ['503', '503 not available (text)'],
  ['html', 'HTML error page of a proxy'],
  ['lost-before', 'Lost answer, work not done'],
  ['lost-after', 'Lost answer, work done'],
  ['slow', 'Slow answer'],
];
const PROBLEMS = [
  ['minute', 'the minute'],
  ['day', 'the day'],
  ['concurrent', 'calls at once'],
  ['appminute', 'the minute of the app'],
];
const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];
const PATHS = [
  '/api.xro/2.0/',
  '/api.xro/2.0/Contacts',
  '/api.xro/2.0/Invoices',
  '/api.xro/2.0/Payments',
  '/connect/token',
  '/connections',
];
/** The extra fields that mean something for a kind. */
const EXTRAS = { 429: ['problem', 'retryAfterSeconds'], html: ['status'], 500: ['commit'], slow: ['delayMs'] };

/** What the form says, as the switchboard wants it. */
function faultOf({ elements }) {
  const kind = elements.kind.value;
  const extras = EXTRAS[kind] ?? [];
  const number = (name) => (extras.includes(name) && elements[name].value !== '' ? { [name]: Number(elements[name].value) } : {});
  return {
    kind,
    ...(elements.often.value === 'share' ? { share: Number(elements.share.value) / 100 } : { next: Number(elements.next.value) }),
    ...(elements.method.value !== '' && { method: elements.method.value }),
    ...(elements.path.value.trim() !== '' && { path: elements.path.value.trim() }),
    ...(elements.here.checked && { tenantId: current.tenantId }),
    ...(extras.includes('problem') && { problem: elements.problem.value }),
    ...(extras.includes('status') && { problem: elements.status.value }),
    ...(extras.includes('commit') && { commit: elements.commit.checked }),
    ...number('retryAfterSeconds'),
    ...number('delayMs'),
  };
}

function faultForm(page) {
  const extra = {
    problem: field('Which limit', select('problem', PROBLEMS, 'minute')),
    retryAfterSeconds: field('Retry-After, seconds', input('retryAfterSeconds', '', { type: 'number', min: 0, placeholder: '30' })),
    status: field('Status', input('status', '502', { type: 'number', min: 400, max: 599 })),
    commit: tick('The work is done all the same', 'commit'),
    delayMs: field('Delay, ms', input('delayMs', '', { type: 'number', min: 0, step: 1, placeholder: '5000' })),
  };
  const next = field('Calls', input('next', '1', { type: 'number', min: 1, step: 1, required: true }));
  const share = field('Share of calls, %', input('share', '10', { type: 'number', min: 0, max: 100, step: 'any', required: true }));
  const kind = select('kind', KINDS, '429', { onchange: () => fit() });
  const often = select(
    'often',
    [
      ['next', 'The next calls'],
      ['share', 'A share of all calls'],
    ],
    'next',
    { onchange: () => fit() },
  );
  /** Shows only the fields that mean something; hidden ones are disabled, so that they are not checked either. */
  const fit = () => {
    const show = (part, isShown) => {
      part.hidden = !isShown;
      for (const control of part.querySelectorAll('input, select')) control.disabled = !isShown;
    };
    for (const [name, part] of Object.entries(extra)) show(part, (EXTRAS[kind.value] ?? []).includes(name));
    show(next, often.value === 'next');
    show(share, often.value === 'share');
  };
  const paths = el(
    'datalist',
    { id: 'fault-paths' },
    PATHS.map((value) => el('option', { value })),
  );
  const path = input('path', '', { placeholder: 'any', pattern: '/.*', title: 'A path begins with /' });
  path.setAttribute('list', paths.id);
  const form = el(
    'form',
    {
      className: 'grid three',
      ariaLabel: 'Inject a fault',
      onsubmit: (event) => {
        event.preventDefault();
        void actNow(
          () => call('POST', 'faults', faultOf(form)),
          'Fault set.',
          () => page.refresh(),
        );
      },
    },
    field('Fault', kind),
    field('How often', often),
    next,
    share,
    field('Method', select('method', [['', 'any'], ...METHODS.map((method) => [method, method])], '')),
    field('Path begins with', path),
    paths,
    Object.values(extra),
    tick('Only this organisation', 'here'),
    el('button', { type: 'submit', className: 'primary', textContent: 'Inject fault' }),
  );
  fit();
  return form;
}

const oftenText = ({ next, share }) => (share === undefined ? `next ${next}` : `${Number((share * 100).toFixed(4))}% of calls`);
const moreText = ({ problem, retryAfterSeconds, delayMs, commit }) =>
  [
    problem,
    retryAfterSeconds !== undefined && `Retry-After ${retryAfterSeconds} s`,
    delayMs !== undefined && `${delayMs} ms`,
    commit && 'work done',
  ]
    .filter(Boolean)
    .join(', ');

/** Injecting faults and seeing which are set. */
export function faultsPanel(page) {
  const live = el('div');
  return {
    element: card('Faults', faultForm(page), live),
    load: () => call('GET', 'faults'),
    draw: (faults) => {
      const rows = faults.map((fault) => [
        KINDS.find(([kind]) => kind === fault.kind)?.[1] ?? fault.kind,
        fault.next === 0 ? 'used up' : oftenText(fault),
        fault.method ?? 'any',
        fault.path ?? 'any',
        moreText(fault),
        String(fault.hits),
      ]);
      const endAll = () =>
        confirmAction({
          title: 'End all faults?',
          text: 'Calls are answered as usual again.',
          verb: 'End all faults',
          done: 'All faults ended.',
          action: async () => {
            await call('DELETE', 'faults');
            await page.refresh();
          },
        });
      redraw(
        live,
        table('Faults that are set', ['Fault', 'How often', 'Method', 'Path', 'Details', '>Hits'], rows, 'No fault is set.'),
        faults.length > 0 && el('p', { className: 'buttons' }, button('End all faults', endAll, 'danger')),
      );
    },
  };
}
