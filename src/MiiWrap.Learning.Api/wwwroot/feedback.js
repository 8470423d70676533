// A reflection as it was handed in, and what was written about it: the same for its author and its reviewers.
import { h } from './dom.js';
import { dayAndTime } from './format.js';
import { badge, facts, words } from './parts.js';
import { texts } from './texts.js';

/** What a reviewer wrote about one prompt. */
export const remark = ({ reviewer, comments }, prompt) => comments[prompt] && h('blockquote.comment', {},
  h('p.hint', {}, texts.reflection.feedback(reviewer)), words(comments[prompt]));

/** Each prompt with its answer, and what was written about it beside it. */
export const answersOf = (prompts, answers, given) => prompts.map(({ slug, text }) => h('div', {},
  h('h2.prompt', {}, text),
  answers[slug] ? words(answers[slug]) : h('p.hint', {}, '–'),
  given.map((one) => remark(one, slug))));

/** What a reviewer wrote about the whole. */
export function feedback({ decision, affirmation, question, nextStep, publishedAt, reviseFor }, { criteria }) {
  const t = texts.reflection;
  const asked = criteria.filter(({ slug }) => reviseFor.includes(slug)).map(({ title }) => title).join(', ');
  return h('div.panel', {},
    h('p', {},
      badge(t.decisions[decision], decision === 'accept' ? 'good' : 'late'), ' ',
      h('span.hint', {}, dayAndTime(publishedAt))),
    facts([t.affirmation, affirmation], [t.question, question], [t.nextStep, nextStep], [t.reviseFor, asked]));
}
