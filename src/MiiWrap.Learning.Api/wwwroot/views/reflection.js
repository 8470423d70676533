// A reflection from the first word to what was answered: the draft with its autosave, the rubric beside it, feedback beside the prompt.
import { Refusal } from '../api.js';
import { changesOf } from '../changes.js';
import { h } from '../dom.js';
import { Draft } from '../draft.js';
import { answersOf, feedback, remark } from '../feedback.js';
import { dayAndTime } from '../format.js';
import { finding, form } from '../forms.js';
import { act, badge, draftState, pages, section, thread, unfolding, words } from '../parts.js';
import { texts } from '../texts.js';

export async function show(context, { enrolment, assignment }) {
  const { api, me } = context;
  const t = texts.reflection;
  const path = `/v1/enrolments/${enrolment}/reflections/${assignment}`;
  const draft = new Draft(`${me.id}:${path}`, async () => {
    const { body: page } = await api.get(path);
    // Before the first word, and after it was taken back, there is no draft and yet a page to write on.
    const isOpen = page.draft !== null || ['notStarted', 'withdrawn'].includes(page.status);
    return { page, isOpen, content: page.draft?.answers ?? {}, tag: page.draft?.etag ?? null, savedAt: page.draft?.savedAt };
  }, async (answers, precondition) => (await api.put(`${path}/draft`, { answers }, precondition)).body);
  const page = await draft.open();
  context.keep(draft);
  const isOpen = ['notStarted', 'draft', 'revise', 'withdrawn'].includes(page.status);
  const { prompts, rubric, guidance } = page.assignment;
  const newest = page.revisions.at(-1);

  return h('div.wide', {},
    h('p.hint', {}, h('a', { href: `#/enrolments/${enrolment}/units/${assignment}` }, t.about)),
    h('h1', {}, t.title),
    h('p', {}, badge(texts.journey.reflectionStates[page.status], { accepted: 'good', revise: 'late' }[page.status]), ' ', stateOf(page)),
    h('div.beside', {},
      h('div', {},
        isOpen && newest?.review && section(t.feedback(newest.review.reviewer), feedback(newest.review, rubric)),
        isOpen ? writing(context, { path, draft, page, last: newest?.review }) : newest && reading(prompts, rubric, newest),
        page.status === 'submitted' && takeBack(context, path),
        page.redactions.map(({ places, reason }) => h('p.note', {}, t.redacted(places, reason))),
        newest && page.status !== 'redactionHold' && await conversation(context, `${path}/thread`),
        earlier(context, path, page, isOpen ? newest : page.revisions.at(-2)),
        newest && readers(api, `${path}/access-log`)),
      (isOpen || hasLevels(rubric)) && h('div.margin', {},
        isOpen && h('details', { open: page.status === 'notStarted' }, h('summary', {}, t.guidance), h('p', {}, guidance)),
        hasLevels(rubric) && rubricOf(rubric, newest?.review?.scores))));
}

// A short reflection has none: it is complete, or something is missing.
const hasLevels = ({ criteria }) => criteria.length > 0;

function stateOf({ status, purgedAt }) {
  const t = texts.reflection;
  if (purgedAt) return t.purged;
  return { submitted: t.waits, inReview: t.inReview, revise: t.revise, accepted: t.accepted, redactionHold: t.onHold }[status] ?? t.privacy;
}

function writing(context, { path, draft, page, last }) {
  const { api } = context;
  const t = texts.reflection;
  const { prompts } = page.assignment;
  const fields = prompts.map(({ slug, text }) => {
    const area = h('textarea', { id: `prompt-${slug}`, name: slug, rows: 6, value: draft.content[slug] ?? '' });
    const hints = h('ul.findings', { hidden: true });
    area.addEventListener('input', () => draft.write({ [slug]: area.value }));
    area.addEventListener('blur', () => draft.flush());
    return { slug, area, hints, field: h('div.field', {},
      h('label', { for: area.id }, text),
      last && remark(last, slug),
      area, h('p.error', { id: `${area.id}-error`, hidden: true }), hints) };
  });
  const refill = () => {
    for (const { slug, area } of fields) area.value = draft.content[slug] ?? '';
    fields[0].area.focus();
  };
  const { status, conflict, aside } = draftState(draft, (answers) => inWords(prompts, answers), refill);
  lookForPeople(api, path, draft, fields);
  const handIn = form(t.submit, async (_, { key, privacyConfirmed }) => {
    if (!await draft.flush()) throw new Error(t.unsaved);
    await api.post(`${path}/submissions`, { draftETag: draft.tag, privacyConfirmed }, { 'Idempotency-Key': key });
    await context.again();
    context.tell(t.handedIn);
  }, fields.map(({ field }) => field), status);
  return h('div', {}, conflict, handIn, aside);
}

/** Says in place what might point to a person, after a pause and before anybody is asked: nothing is stored by it. */
function lookForPeople(api, path, draft, fields) {
  let timer;
  draft.addEventListener('state', ({ detail: { state } }) => {
    clearTimeout(timer);
    if (state !== 'saved') return;
    timer = setTimeout(async () => {
      const answers = draft.content;
      const found = await api.post(`${path}/privacy-check`, { answers }).then(({ body }) => body, () => null);
      if (!found || draft.content !== answers) return;
      for (const { slug, hints } of fields) {
        const here = (list, must) => list.filter(({ prompt }) => prompt === slug)
          .map((one) => finding(one, () => ({ text: answers[slug] }), must));
        hints.replaceChildren(...here(found.blocked, true), ...here(found.warnings, false));
        hints.hidden = !hints.children.length;
      }
    }, 1200);
  });
}

const inWords = (prompts, answers) => prompts.filter(({ slug }) => answers[slug])
  .flatMap(({ slug, text }) => [h('p.hint', {}, text), words(answers[slug])]);

const reading = (prompts, rubric, { answers, review, secondReview, version, submittedAt }) => {
  const given = [review, secondReview].filter(Boolean);
  return h('section', {},
    h('p.hint', {}, texts.reflection.revision(version, dayAndTime(submittedAt))),
    answersOf(prompts, answers, given),
    given.map((one) => section(texts.reflection.feedback(one.reviewer), feedback(one, rubric))));
};

function rubricOf(rubric, scores) {
  const t = texts.reflection;
  return h('details', { open: true }, h('summary', {}, t.rubric), h('p.hint', {}, t.rubricHint),
    rubric.criteria.map(({ slug, title, levels }) => h('div.criterion', {},
      h('p.title', {}, title),
      h('ol', { start: 0 }, levels.map((level, at) => h('li', { class: scores?.[slug] === at ? 'reached' : null },
        level, scores?.[slug] === at && h('strong', {}, ` – ${t.reached}`)))))));
}

const takeBack = (context, path) => h('p.actions', {}, act(texts.reflection.takeBack, async () => {
  await context.api.post(`${path}/withdraw`);
  await context.again();
  context.tell(texts.reflection.takenBack);
}));

async function conversation(context, path) {
  try {
    return await thread(context, path, texts.reflection.thread, texts.reflection.threadHint);
  } catch (error) {
    // While something is being taken out, or after its time, nobody reads it.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function earlier({ api }, path, { assignment: { prompts, rubric }, revisions }, shownLast) {
  const t = texts.reflection;
  if (revisions.length < 2) return null;
  const newest = revisions.at(-1);
  const changes = unfolding(t.changes, async () => changesOf(prompts, (await api.get(`${path}/revisions/${newest.version}/changes`)).body));
  return [changes, h('details', {}, h('summary', {}, t.earlier),
    revisions.filter((one) => one.version <= shownLast.version).reverse().map((one) => reading(prompts, rubric, one)))];
}

const readers = (api, path) => unfolding(texts.reflection.readers, () => pages(api, path, ({ at, who, what }) => h('p.card', {},
  h('span.title', {}, texts.reflection.did(who.name, texts.reflection.whatTheyDid[what] ?? what)), h('span.detail', {}, dayAndTime(at))),
texts.reflection.readersNone));
