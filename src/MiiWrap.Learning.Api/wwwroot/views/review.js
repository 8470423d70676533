// A reflection beside the rubric: read, scored and answered in one place, saved as one writes.
import { changesOf } from '../changes.js';
import { h } from '../dom.js';
import { Draft } from '../draft.js';
import { answersOf, feedback } from '../feedback.js';
import { dayAndTime } from '../format.js';
import { choices, field, form, kept } from '../forms.js';
import { act, badge, draftState, facts, section, thread, unfolding, words } from '../parts.js';
import { texts } from '../texts.js';

const written = ['affirmation', 'question', 'nextStep', 'overrideReason'];

export async function show(context, { revision }) {
  const { api, me } = context;
  const t = texts.review;
  const path = `/v1/reviews/${revision}`;
  const read = async () => {
    const { body: page, etag } = await api.get(path);
    const isOpen = page.review !== null && page.review.leaseUntil !== null && page.review.handedInAt === null;
    return { page, isOpen, tag: etag, content: page.review ? contentOf(page.review) : {} };
  };
  const draft = new Draft(`${me.id}:${path}`, read, async (content, precondition) => (await api.put(path, content, precondition)).body);
  const page = await draft.open();
  context.keep(draft);
  const { assignment, review, learner, answers } = page;
  const mayWrite = review?.leaseUntil && !review.handedInAt;
  return h('div.wide', {},
    h('p.hint', {}, h('a', { href: '#/reviews' }, t.back)),
    h('h1', {}, t.title(learner.name)),
    h('p', {}, page.unitTitle, ' ', badge(texts.reviews.revision(page.version)), ' ', page.stale && badge(t.stale, 'late')),
    page.talkDue && h('p.note', {}, t.talkDue),
    answers === null && !review && claim(context, path, t.closed),
    review && !review.leaseUntil && !review.handedInAt && claim(context, path, texts.problems['review.lapsed']),
    page.ifThen && section(t.plan, words(texts.plan(page.ifThen)), page.checkIns.length > 0 && h('p.hint', {}, `${t.checkIns}: `,
      page.checkIns.map(({ outcome, at }) => `${t.outcomes[outcome]} (${dayAndTime(at)})`).join(', '))),
    mayWrite && h('p.hint', {}, t.claimed(dayAndTime(review.leaseUntil))),
    mayWrite ? writing(context, { path, draft, page }) : answers && h('section', {}, answersOf(assignment.prompts, answers, page.feedback)),
    answers && page.version > 1 && unfolding(t.changed, async () => changesOf(assignment.prompts, (await api.get(`${path}/changes`)).body)),
    !mayWrite && answers && page.feedback.map((one) => section(texts.reflection.feedback(one.reviewer), feedback(one, assignment.rubric))),
    page.conversationOpen && h('div.panel', {}, h('p', {}, t.conversation), act(t.closeConversation, async () => {
      await api.post(`${path}/conversation/close`, {});
      await context.again();
    })),
    page.talkDue && page.status === 'revise' && h('p.actions', {}, act(t.anotherTry, async () => {
      await api.post(`${path}/another-try`);
      await context.again();
      context.tell(t.anotherTryAllowed);
    })),
    answers && await thread(context, `${path}/thread`, t.thread, t.threadHint),
    mayWrite && h('details', {}, h('summary', {}, t.release), form(t.release, async ({ reason }, { key, privacyConfirmed }) => {
      await draft.flush();
      await api.post(`${path}/release`, { reason, privacyConfirmed }, { 'Idempotency-Key': key });
      await context.go('#/reviews');
      context.tell(t.released);
    }, field(t.releaseReason, kept(h('textarea', { name: 'reason', rows: 2, required: true }), `${me.id}:${path}:release`)))));
}

const claim = ({ api, again }, path, why) => h('div.panel', {}, h('p', {}, why), act(texts.review.claim, async () => {
  await api.post(`${path}/claim`);
  await again();
}, ''));

const contentOf = ({ scores, comments, affirmation, question, nextStep, decision, overrideReason, reviseFor }) =>
  ({ scores, comments, affirmation, question, nextStep, decision, overrideReason, reviseFor });

function writing(context, { path, draft, page }) {
  const { api } = context;
  const t = texts.review;
  const { prompts, rubric } = page.assignment;
  const area = (name, value, rows) => h('textarea', { name, rows, value: value ?? '' });
  const comments = prompts.map(({ slug, text }) => ({ slug, text, area: area(`comments.${slug}`, draft.content.comments?.[slug], 2) }));
  const scores = rubric.criteria.map((criterion) => levels(criterion, draft.content.scores?.[criterion.slug]));
  const decision = choices(t.decision, 'decision', t.decisions, { value: draft.content.decision, required: false });
  const areas = Object.fromEntries(written.map((name) => [name, area(name, draft.content[name], 2)]));
  const override = field(t.override, areas.overrideReason, { hint: t.overrideHint });
  override.hidden = !draft.content.overrideReason;
  const { status, conflict, aside } = draftState(draft, (content) => inWords(page.assignment, content), () => {
    for (const one of comments) one.area.value = draft.content.comments?.[one.slug] ?? '';
    for (const [name, one] of Object.entries(areas)) one.value = draft.content[name] ?? '';
    for (const radio of made.querySelectorAll('input[type=radio]')) {
      const [kind, slug] = nameOf(radio);
      radio.checked = radio.value === String(kind === 'scores' ? draft.content.scores?.[slug] : draft.content[kind]);
    }
    areas.affirmation.focus();
  });

  const made = form(t.publish, async (_, { key, privacyConfirmed }) => {
    if (!await draft.flush()) throw new Error(t.unsaved);
    try {
      const { body } = await api.post(`${path}/publish`, { privacyConfirmed }, { 'Idempotency-Key': key });
      await (body.publishedAt ? context.go('#/reviews') : context.again());
      context.tell(body.publishedAt ? t.published : t.conversation);
    } catch (error) {
      if (error.code === 'review.acceptRule') override.hidden = false;
      throw error;
    }
  },
  h('div.beside', {},
    h('div', {}, comments.map(({ slug, text, area: box }) => h('section', {},
      h('h2.prompt', {}, text), page.answers[slug] ? words(page.answers[slug]) : h('p.hint', {}, '–'),
      field(t.comment, box, { hint: t.commentHint }))),
    page.feedback.length > 0 && h('details', {}, h('summary', {}, t.earlier), page.feedback.map((one) => feedback(one, rubric)))),
    h('div.margin', {}, h('h2', {}, t.rubric),
      rubric.criteria.length > 0 && h('p.hint', {}, t.levelsHint), scores,
      rubric.anchors && facts([t.complete, rubric.anchors.complete], [t.incomplete, rubric.anchors.incomplete]))),
  h('div.panel', {},
    field(t.affirmation, areas.affirmation, { hint: t.affirmationHint }),
    field(t.question, areas.question, { hint: t.questionHint }),
    field(t.nextStep, areas.nextStep, { hint: t.nextStepHint }),
    decision, override, status, h('p.hint', {}, t.publishHint)));
  made.addEventListener('input', ({ target }) => {
    const [kind, slug] = nameOf(target);
    if (kind === 'scores') draft.write({ scores: { ...draft.content.scores, [slug]: Number(target.value) } });
    else if (kind === 'comments') draft.write({ comments: { ...draft.content.comments, [slug]: target.value } });
    else if (kind === 'decision' || written.includes(kind)) draft.write({ [kind]: target.value });
  });
  return h('div', {}, conflict, made, aside);
}

// A field is named after its place in the review: scores.meaning, comments.what, affirmation.
const nameOf = ({ name }) => name.split(/\.(.*)/);

/** One criterion: what each level looks like, one of which is chosen. */
const levels = ({ slug, title, levels: described, anchors }, value) => h('fieldset.criterion', {},
  h('legend', {}, title),
  described.map((level, at) => h('label.line', {},
    h('input', { type: 'radio', name: `scores.${slug}`, value: String(at), checked: value === at }),
    h('span', {}, h('b', {}, `${at} `), level))),
  anchors?.length > 0 && h('details', {},
    h('summary', {}, texts.review.anchors), h('ol', { start: 0 }, anchors.map((anchor) => h('li', {}, anchor)))));

const inWords = ({ prompts, rubric }, content) => [facts(
  ...prompts.map(({ slug, text }) => [text, content.comments?.[slug]]),
  ...rubric.criteria.map(({ slug, title, levels: described }) => [title, described[content.scores?.[slug]]]),
  ...written.map((name) => [texts.review[name] ?? texts.review.override, content[name]]),
  [texts.review.decision, texts.review.decisions[content.decision]])];
