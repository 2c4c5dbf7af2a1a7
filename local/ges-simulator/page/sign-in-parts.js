import { el } from './dom.js';

/** Heading and the sentence under it. */
export function heading(title, lead) {
  return [el('h1', { textContent: title }), lead && el('p', { className: 'lead', textContent: lead })];
}

export function problem(text) {
  return el('p', { className: 'problem', role: 'alert', textContent: text });
}

export function done(text) {
  return el('p', { className: 'done', role: 'status', textContent: text });
}

/** A link among words: `before`, the link, nothing after. */
export function switchTo(before, href, text) {
  return el('p', { className: 'switch' }, before, ' ', el('a', { href, textContent: text }));
}

/** A labelled input of a form that people fill in on their own devices: the browser may help. */
export function entry(label, name, more = {}) {
  const { help, ...properties } = more;
  const hint = help && el('small', { id: `${name}-help`, textContent: help });
  const control = el('input', { name, required: true, ...(hint ? { 'aria-describedby': hint.id } : {}), ...properties });
  return el('label', { className: 'field' }, el('span', { textContent: label }), control, hint);
}

/** A form whose refusal is shown above its fields. `send` gets the fields by name; the button rests while it works. */
export function form(fields, submitLabel, send) {
  const refusal = el('p', { className: 'problem', role: 'alert', hidden: true });
  const submit = el('button', { type: 'submit', className: 'primary', textContent: submitLabel });
  const onsubmit = async (event) => {
    event.preventDefault();
    refusal.hidden = true;
    submit.disabled = true;
    try {
      await send(Object.fromEntries([...event.target.elements].filter(({ name }) => name).map(({ name, value }) => [name, value])));
    } catch (failure) {
      refusal.textContent = failure.message;
      refusal.hidden = false;
    } finally {
      submit.disabled = false;
    }
  };
  return el('form', { onsubmit }, refusal, fields, submit);
}
