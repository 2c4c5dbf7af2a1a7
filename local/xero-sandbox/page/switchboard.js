import { callsPanel } from './calls.js';
import { clockPanel, settingsPanel, statePanel } from './control.js';
import { el } from './dom.js';
import { faultsPanel } from './faults.js';
import { webhooksPanel } from './webhooks.js';

/** Faults, calls, webhooks, clock, settings and state. Each panel is drawn again only when its own data changed. */
export function switchboardView(page) {
  const panels = [faultsPanel, callsPanel, webhooksPanel, clockPanel, settingsPanel, statePanel].map((make) => make(page));
  const [faults, calls, webhooks, clock, settings, state] = panels.map(({ element }) => element);
  const drawn = [];
  return {
    element: el(
      'div',
      {},
      el('div', { className: 'toolbar' }, el('h1', { textContent: 'Switchboard' })),
      faults,
      el('div', { className: 'columns' }, clock, state),
      settings,
      webhooks,
      calls,
    ),
    load: () => Promise.all(panels.map((panel) => panel.load())),
    draw: (data) => {
      panels.forEach((panel, index) => {
        const text = JSON.stringify(data[index]);
        if (drawn[index] === text) return;
        drawn[index] = text;
        panel.draw(data[index]);
      });
    },
  };
}
