/* global document, setTimeout, CSS */

let fields = 0;

/** Makes an element. `on…` properties become listeners, the rest properties or attributes; text goes in as text, never as HTML. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'key') element.dataset.key = value;
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

/** The element with that key, within a part of the page. */
export const keyed = (part, key) => (key === undefined ? null : part.querySelector(`[data-key="${CSS.escape(key)}"]`));

/** Replaces what a part of the page shows. Focus, scrolling and opened details stay, on the elements with the same keys. */
export function redraw(part, ...children) {
  const key = part.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const opened = [...part.querySelectorAll('details[open]')].map((details) => details.dataset.key);
  const scrolled = [...part.querySelectorAll('.scroll')].map((box) => [box.dataset.key, box.scrollLeft, box.scrollTop]);
  part.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  keyed(part, key)?.focus({ preventScroll: true });
  for (const name of opened) keyed(part, name)?.setAttribute('open', '');
  for (const [name, left, top] of scrolled) keyed(part, name)?.scrollTo(left, top);
}

/** A short message at the edge of the page. */
export function notify(text, kind = 'good') {
  const notice = el('p', { className: `notice ${kind}`, textContent: text });
  document.getElementById('notices').append(notice);
  setTimeout(() => notice.remove(), kind === 'good' ? 4000 : 10_000);
}

/** Runs something the user asked for; says what came of it. Tells whether it worked. */
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

export function button(label, onclick, className = '', more = {}) {
  return el('button', { type: 'button', className, textContent: label, onclick, key: label, ...more });
}

export function link(text, href, more = {}) {
  return el('a', { href, textContent: text, key: href, ...more });
}

/** A control with its label above it. */
export function field(label, control, { wide = false, hint } = {}) {
  fields += 1;
  control.id = `field-${fields}`;
  const hinted = hint === undefined ? null : el('small', { id: `hint-${fields}`, textContent: hint });
  if (hinted) control.setAttribute('aria-describedby', hinted.id);
  return el('div', { className: wide ? 'field wide' : 'field' }, el('label', { htmlFor: control.id, textContent: label }), control, hinted);
}

/** A tick box with its label beside it. */
export function tick(label, name, checked = false) {
  return el('label', { className: 'tick' }, el('input', { type: 'checkbox', name, checked }), label);
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

/** A table. A heading that starts with `>` stands over numbers; rows are arrays of cells or ready `tr` elements. */
export function table(caption, headings, rows, emptyText) {
  if (rows.length === 0) return el('p', { className: 'empty', textContent: emptyText });
  const isNumber = headings.map((heading) => heading.startsWith('>'));
  const cell = (content, index) => el('td', { className: isNumber[index] ? 'number' : '' }, content);
  return el(
    'div',
    { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: caption, key: `table ${caption}` },
    el(
      'table',
      {},
      el('caption', { textContent: caption }),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          headings.map((heading, index) =>
            el('th', { scope: 'col', className: isNumber[index] ? 'number' : '', textContent: heading.replace(/^>/, '') }),
          ),
        ),
      ),
      el(
        'tbody',
        {},
        rows.map((cells) => el('tr', {}, cells.map(cell))),
      ),
    ),
  );
}

/** Names and values under one another; empty ones are left out. */
export function facts(pairs) {
  return el(
    'dl',
    { className: 'facts' },
    pairs
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => [el('dt', { textContent: name }), el('dd', {}, value)]),
  );
}

export function card(title, ...children) {
  return el('section', { className: 'card' }, el('h2', { textContent: title }), ...children);
}
