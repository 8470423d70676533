// A transcript, form or sheet that a unit works with; made to be printed too.
import { courseText, h } from '../dom.js';
import { texts } from '../texts.js';

export async function show({ api }, { curriculum, version, material }) {
  const path = `/v1/curricula/${curriculum}/versions/${version}/materials/${material}`;
  const { body } = await api.get(path);
  return h('article', {},
    h('h1', {}, body.title),
    courseText(api, body.html, path),
    h('p.actions', {}, h('button.secondary', { type: 'button', onclick: () => history.back() }, texts.material.back)));
}
