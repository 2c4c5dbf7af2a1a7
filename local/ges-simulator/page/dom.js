/* global document, setTimeout */

/** Makes an element. `on…` properties become listeners, the rest properties; text goes in as text, never as HTML. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A short message at the edge of the page. */
export function notify(text, kind = 'good') {
  const notice = el('div', { className: `notice ${kind}`, textContent: text });
  document.getElementById('notices').append(notice);
  setTimeout(() => notice.remove(), kind === 'good' ? 3500 : 9000);
}

/** Runs something the user asked for and shows what went wrong. Tells whether it worked. */
export async function attempt(action, done) {
  try {
    await action();
    if (done) notify(done);
    return true;
  } catch (error) {
    notify(error.message, 'bad');
    return false;
  }
}

export function field(label, control, wide = false) {
  return el('label', { className: wide ? 'field wide' : 'field' }, el('span', { textContent: label }), control);
}

export function input(name, value = '', more = {}) {
  return el('input', { name, value, autocomplete: 'off', spellcheck: false, ...more });
}

/** @param options pairs of value and label */
export function select(name, options, value, more = {}) {
  const control = el(
    'select',
    { name, ...more },
    options.map(([key, label]) => el('option', { value: key, textContent: label })),
  );
  control.value = value;
  return control;
}

export function button(label, onclick, className = '') {
  return el('button', { type: 'button', className, textContent: label, onclick });
}

export function badge(text, kind = '') {
  return el('span', { className: `badge ${kind}`, textContent: text });
}

/** A row of a table that opens something, by mouse or keyboard. */
export function row(open, ...cells) {
  return el(
    'tr',
    { tabIndex: 0, className: 'link', onclick: open, onkeydown: (event) => event.key === 'Enter' && open() },
    cells.map((cell) => el('td', {}, cell)),
  );
}

/** A table; a heading that starts with `>` stands over numbers. */
export function table(headings, rows, emptyText) {
  if (rows.length === 0) return el('p', { className: 'empty', textContent: emptyText });
  const head = el(
    'tr',
    {},
    headings.map((heading) =>
      el('th', heading.startsWith('>') ? { className: 'number', textContent: heading.slice(1) } : { textContent: heading }),
    ),
  );
  return el('div', { className: 'scroll' }, el('table', {}, el('thead', {}, head), el('tbody', {}, rows)));
}

/**
 * Opens the editor. `save(form)` may throw; its message is then shown in the editor, which stays open.
 * @param more further buttons of the foot: `{ label, action, className }`
 */
export function openEditor({ title, note, body, save, saveLabel = 'Save', more = [] }) {
  const dialog = document.getElementById('editor');
  const problem = el('p', { className: 'problem', hidden: true, role: 'alert' });
  const run = (action) => async () => {
    try {
      await action(form);
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  };
  const form = el(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void run(save)();
      },
    },
    el('h2', { textContent: title }),
    note ? el('p', { className: 'note', textContent: note }) : null,
    body,
    problem,
    el(
      'footer',
      {},
      more.map(({ label, action, className }) => button(label, run(action), className)),
      el('span', { className: 'grow' }),
      button('Cancel', () => dialog.close()),
      save ? el('button', { type: 'submit', className: 'primary', textContent: saveLabel }) : null,
    ),
  );
  dialog.replaceChildren(form);
  dialog.showModal();
}

/** The toolbar above a list: title, search, button. */
export function toolbar(title, count, search, action = '') {
  return el('div', { className: 'toolbar' }, el('h1', {}, title, ' ', el('small', { textContent: count })), search, action);
}
