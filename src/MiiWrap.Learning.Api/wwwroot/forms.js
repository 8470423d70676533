// Forms: one act for one button, what is wrong beside its field, and a second look at what might point to a person.
import { Refusal, newKey } from './api.js';
import { h, newId } from './dom.js';
import { texts } from './texts.js';

/** A labelled field: an input, select or textarea with an optional hint. */
export function field(label, control, { hint } = {}) {
  control.id ||= newId('field');
  const hintId = `${control.id}-hint`;
  const errorId = `${control.id}-error`;
  if (hint) control.setAttribute('aria-describedby', hintId);
  return h('div.field', {},
    h('label', { for: control.id }, label),
    hint && h('p.hint', { id: hintId }, hint),
    control,
    h('p.error', { id: errorId, hidden: true }));
}

/**
 * Keeps what is typed into a field until its form was sent: for this tab, so that a reload or a new sign-in takes nothing away.
 *
 * @param {string} what whose words these are, and about what
 */
export function kept(control, what) {
  control.dataset.kept = `learning.form:${what}`;
  control.value = sessionStorage.getItem(control.dataset.kept) ?? control.value;
  control.addEventListener('input', () => sessionStorage.setItem(control.dataset.kept, control.value));
  return control;
}

/** Radio buttons that look like what they are on a phone: large choices. */
export function choices(legend, name, options, { value, required = true } = {}) {
  return h('fieldset.choices', {},
    h('legend', {}, legend),
    h('div.options', {}, Object.entries(options).map(([key, words]) => h('label', {},
      h('input', { type: 'radio', name, value: key, required, checked: key === value }), h('span', {}, words)))));
}

/** Checkboxes of one name. */
export function checks(legend, name, options, chosen) {
  return h('fieldset', {},
    h('legend', {}, legend),
    h('div.checks', {}, Object.entries(options).map(([value, words]) => h('label.line', {},
      h('input', { type: 'checkbox', name, value, checked: chosen.includes(value) }), h('span', {}, words)))));
}

export const tick = (label, name, checked = false) =>
  h('label.line', {}, h('input', { type: 'checkbox', name, checked }), h('span', {}, label));

export const select = (name, options, { value, required = false } = {}) => h('select', { name, required },
  !required || value === undefined ? h('option', { value: '' }, texts.forms.choose) : null,
  Object.entries(options).map(([key, words]) => h('option', { value: key, selected: key === value }, words)));

/**
 * A form that sends once however often its button is pressed, and shows what the server says of it.
 *
 * @param {string} submit the button's words
 * @param {(values: object, sending: { key: string, privacyConfirmed: boolean, form: HTMLFormElement }) => Promise<any>} send `values` is
 *   what stands in the fields; `key` is an Idempotency-Key that stays the same while the same is sent
 */
export function form(submit, send, ...children) {
  const problem = h('div.problem', { role: 'alert', hidden: true });
  const findings = h('div.findings', { role: 'alert', hidden: true });
  const button = h('button', {}, submit);
  const made = h('form', {}, problem, ...children, findings, h('p.actions', {}, button));
  let [key, of] = [newKey(), null];
  made.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    // Not disabled, so that the keyboard keeps its place.
    button.setAttribute('aria-disabled', 'true');
    const values = valuesOf(made);
    const confirmed = findings.querySelector('input')?.checked ?? false;
    const body = JSON.stringify([values, confirmed]);
    if (of !== body) [key, of] = [newKey(), body];
    clear(made, problem);
    try {
      await send(values, { key, privacyConfirmed: confirmed, form: made });
      findings.replaceChildren();
      findings.hidden = true;
      for (const { dataset } of made.elements) if (dataset.kept) sessionStorage.removeItem(dataset.kept);
    } catch (error) {
      const of = (prompt) => ({ text: textAt(values, prompt), label: labelOf(made, prompt) });
      if (!showFindings(findings, error, of)) explain(made, problem, error);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
  return made;
}

/** What stands in a form's fields: lists for checkboxes of one name, true or false for a single one without a value. */
export function valuesOf(made) {
  const values = {};
  for (const control of made.elements) {
    if (!control.name || control.closest('.findings') || control.closest('[hidden]')) continue;
    if (control.type === 'checkbox' && control.getAttribute('value') === null) values[control.name] = control.checked;
    else if (control.type === 'checkbox') (values[control.name] ??= []).push(...(control.checked ? [control.value] : []));
    else if (control.type === 'radio') values[control.name] = control.checked ? control.value : values[control.name] ?? '';
    else values[control.name] = control.value;
  }
  return values;
}

/**
 * Shows what could point to a person, with a box to tick where it may stay; false when the error is about something else.
 *
 * @param {(prompt: string) => { text: string, label: string }} of the text of a prompt, and what it is called
 */
export function showFindings(place, error, of) {
  if (!(error instanceof Refusal)) return false;
  const { blocked = [], warnings = [] } = error.problem;
  if (!blocked.length && !warnings.length) return false;
  const must = blocked.length > 0;
  place.replaceChildren(
    h('p', {}, must ? texts.privacy.blocked : texts.privacy.warned),
    h('ul', {}, blocked.map((one) => finding(one, of, true)), warnings.map((one) => finding(one, of, false))));
  if (!must) place.append(h('label.line', {}, h('input', { type: 'checkbox' }), h('span', {}, texts.privacy.confirm)));
  place.hidden = false;
  return true;
}

/** One place that could point to a person, in words. */
export function finding({ prompt, span: [from, until], kind }, of, must) {
  const { text, label } = of(prompt);
  return h('li', {}, label && `${label}: `, h('mark', {}, (text ?? '').slice(from, until)), ' ',
    (must ? texts.privacy.mustGo : texts.privacy.mayStay)(texts.privacy.kinds[kind] ?? texts.privacy.kinds.other));
}

// A prompt may name a place within: ifThen.cue.
const textAt = (values, prompt) => String(values[prompt] ?? values[prompt.split('.').at(-1)] ?? '');

const labelOf = (made, prompt) => controlOf(made, prompt)?.labels?.[0]?.textContent ?? '';

function controlOf(made, name) {
  const control = made.elements.namedItem(name) ?? made.elements.namedItem(name.split('.').at(-1));
  return control instanceof RadioNodeList ? control[0] : control;
}

function clear(made, problem) {
  problem.hidden = true;
  for (const error of made.querySelectorAll('.error')) error.hidden = true;
  for (const control of made.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

function explain(made, problem, error) {
  const rest = [];
  let first = null;
  for (const [name, messages] of Object.entries(error.problem?.errors ?? {})) {
    const control = controlOf(made, name);
    const place = control && document.getElementById(`${control.id}-error`);
    if (!place) {
      rest.push(...messages);
      continue;
    }
    place.textContent = messages.join(' ');
    place.hidden = false;
    control.setAttribute('aria-invalid', 'true');
    const described = new Set((control.getAttribute('aria-describedby') ?? '').split(' ')).add(place.id);
    control.setAttribute('aria-describedby', [...described].join(' ').trim());
    first ??= control;
  }
  first?.focus();
  problem.replaceChildren(h('p', {}, rest.length ? rest.join(' ') : first ? texts.forms.mend : error.message));
  problem.hidden = false;
}
