// Finds people by the beginning of a name or an address, and chooses some of them.
import { h, newId } from './dom.js';
import { field } from './forms.js';
import { texts } from './texts.js';

/** A field by which people are found, and boxes for those who were; `name` has their ids in the form's values. */
export function pick(api, label, name, chosen = []) {
  const search = h('input', { type: 'search', minLength: 2, maxLength: 100, autocomplete: 'off' });
  const boxes = h('div.checks', {});
  const said = h('p.hint', { role: 'status' });
  const add = ({ id, name: words }, checked) => {
    if (boxes.querySelector(`[value="${id}"]`)) return;
    boxes.append(h('label.line', {}, h('input', { type: 'checkbox', name, value: id, checked }), h('span', {}, words)));
  };
  for (const person of chosen) add(person, true);
  const find = async () => {
    if (search.value.trim().length < 2) return;
    try {
      const { body } = await api.get(`/v1/people?status=active&limit=10&q=${encodeURIComponent(search.value.trim())}`);
      for (const box of boxes.querySelectorAll('input:not(:checked)')) box.parentElement.remove();
      body.items.forEach((person) => add(person, false));
      said.textContent = texts.pick.found(body.items.length);
    } catch (error) {
      said.textContent = error.message;
    }
  };
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    // It finds; sending the form is for its button.
    event.preventDefault();
    find();
  });
  const id = newId('pick');
  return h('div', { role: 'group', 'aria-labelledby': id },
    h('p.legend', { id }, label),
    field(texts.pick.search, search, { hint: texts.pick.hint }),
    h('p', {}, h('button.quiet', { type: 'button', onclick: find }, texts.pick.find)),
    said,
    boxes,
  );
}
