/* global clearTimeout, setTimeout */
import { look } from './api.js';
import { el, field, input } from './dom.js';

const OFFERED = 20;
const TYPING_PAUSE_MS = 200;

/** A field for the name of an active contact, with suggestions from the organisation; names are unique there. */
export function contactPicker(label, name, value = '', hint = undefined) {
  const suggestions = el('datalist', { id: `${name}-suggestions` });
  let typing;
  const offer = async () => {
    const { items } = await look('contacts', { page: 1, pageSize: OFFERED, search: control.value.trim(), status: 'ACTIVE' });
    suggestions.replaceChildren(...items.map((contact) => el('option', { value: contact.Name })));
  };
  const offerQuietly = () => void offer().catch(() => suggestions.replaceChildren());
  const control = input(name, value, {
    required: true,
    oninput: () => {
      clearTimeout(typing);
      typing = setTimeout(offerQuietly, TYPING_PAUSE_MS);
    },
  });
  control.setAttribute('list', suggestions.id);
  offerQuietly();
  return [field(label, control, { wide: true, hint }), suggestions];
}

/** The active contact of that name, without regard to case. @throws Error when there is none */
export async function contactNamed(name) {
  const [found] = await look('contacts', { name: name.trim() });
  if (found === undefined) throw new Error(`There is no active contact “${name.trim()}”.`);
  return found;
}
