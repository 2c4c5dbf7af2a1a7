/* global document */
import { attempt, button, el, keyed, notify } from './dom.js';

/** Puts the focus back where it was before the form, although the page may have been drawn again meanwhile. */
function focusAgain(key) {
  const { activeElement } = document;
  if (activeElement !== document.body && activeElement?.closest('dialog') === null) return;
  const content = document.getElementById('content');
  (keyed(content, key) ?? content).focus({ preventScroll: true });
}

/**
 * Opens a form over the page. `save(form)` may throw: the message is shown in the form, which stays open.
 * @param more further ways to end it: `{ label, save, className }`
 */
export function openForm({ title, note, body, save, saveLabel = 'Save', saveClass = 'primary', done, more = [] }) {
  const dialog = document.getElementById('dialog');
  const openerKey = document.activeElement?.dataset.key;
  const problem = el('p', { className: 'problem', role: 'alert', hidden: true });
  let isBusy = false;
  const run = async (action) => {
    if (isBusy) return;
    isBusy = true;
    problem.hidden = true;
    try {
      await action(form);
      dialog.close();
      if (done) notify(done);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      isBusy = false;
    }
  };
  const form = el(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void run(save);
      },
    },
    el('h2', { id: 'dialog-title', textContent: title }),
    note ? el('p', { className: 'note', textContent: note }) : null,
    body ?? null,
    el(
      'footer',
      {},
      problem,
      button('Cancel', () => dialog.close()),
      el('span', { className: 'grow' }),
      more.map(({ label, save: other, className }) => button(label, () => form.reportValidity() && void run(other), className)),
      el('button', { type: 'submit', className: saveClass, textContent: saveLabel }),
    ),
  );
  dialog.replaceChildren(form);
  dialog.addEventListener('close', () => focusAgain(openerKey), { once: true });
  dialog.showModal();
}

/** Asks before something is done that cannot simply be undone. `text` says what will happen. */
export function confirmAction({ title, text, verb, action, done }) {
  openForm({ title, note: text, save: action, saveLabel: verb, saveClass: 'danger', done });
}

/** Does something at once and says what came of it, then shows it. */
export async function actNow(action, done, refresh) {
  await attempt(action, done);
  await refresh();
}
