/* global fetch, document */
import { ApiError } from './api.js';
import { el } from './dom.js';

/** Calls the sign-in routes. Answers the JSON body, or null. @throws ApiError */
export async function auth(method, path, body) {
  const response = await fetch(`/auth${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

const SVG = 'http://www.w3.org/2000/svg';

function xeroMark() {
  const mark = document.createElementNS(SVG, 'svg');
  mark.setAttribute('viewBox', '0 0 24 24');
  mark.setAttribute('class', 'xero-mark');
  mark.setAttribute('aria-hidden', 'true');
  const circle = document.createElementNS(SVG, 'circle');
  for (const [name, value] of Object.entries({ cx: 12, cy: 12, r: 12, fill: '#13b5ea' })) circle.setAttribute(name, String(value));
  const cross = document.createElementNS(SVG, 'path');
  cross.setAttribute('d', 'M7.5 8.2l7.6 7.6M15.1 8.2l-7.6 7.6');
  for (const [name, value] of Object.entries({ stroke: '#fff', 'stroke-width': 2, 'stroke-linecap': 'round' }))
    cross.setAttribute(name, String(value));
  const dot = document.createElementNS(SVG, 'circle');
  for (const [name, value] of Object.entries({ cx: 18.2, cy: 12, r: 1.7, fill: '#fff' })) dot.setAttribute(name, String(value));
  mark.append(circle, cross, dot);
  return mark;
}

/** Goes to Xero's login page. `purpose`: login, signup or bind. */
export function xeroButton(text, purpose) {
  return el('a', { className: 'xero-button', href: `/auth/xero/start?for=${purpose}` }, xeroMark(), text);
}
