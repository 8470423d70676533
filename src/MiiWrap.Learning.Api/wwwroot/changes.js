// What was changed from one revision to the next, prompt by prompt.
import { h } from './dom.js';
import { texts } from './texts.js';

const elements = { same: 'span', removed: 'del', added: 'ins' };

/** @param {{ slug: string, text: string }[]} prompts of the assignment, by which the changes are named */
export const changesOf = (prompts, { prompts: changed }) => changed.map(({ prompt, changes }) => h('div', {},
  h('p.hint', {}, prompts.find(({ slug }) => slug === prompt)?.text ?? prompt),
  changes.some(({ kind }) => kind !== 'same')
    ? h('p.changes', {}, changes.map(({ kind, text }) => h(elements[kind], {}, text)))
    : h('p.changes', {}, texts.changes.none)));
