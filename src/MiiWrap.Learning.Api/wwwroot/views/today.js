// The one thing to do next, and what else waits for its reader.
import { h } from '../dom.js';
import { ago, date, dayAndTime } from '../format.js';
import { placeOf } from '../navigation.js';
import { act, card, empty, meter, section } from '../parts.js';
import { checkIn } from '../check-in.js';
import { texts } from '../texts.js';

export async function show(context) {
  const { api, me, hasRole } = context;
  const t = texts.today;
  const enrolment = me.enrolments.find(({ status }) => status === 'active');
  const reviews = hasRole('instructor', 'lead');
  const [{ body: today }, { body: offers }, journey, queue] = await Promise.all([
    api.get('/v1/me/next'),
    api.get('/v1/me/enrolment-offers?limit=5'),
    enrolment ? api.get(`/v1/enrolments/${enrolment.id}`).then(({ body }) => body) : null,
    reviews ? api.get('/v1/reviews?status=awaiting&limit=1').then(({ body }) => body.items[0]) : null,
  ]);
  const { next, checkIns, drafts, feedback, session, commitments } = today;
  return h('div', {},
    h('h1', {}, t.title(me.name)),
    offers.items.length > 0 && section(t.offers, h('ul.cards', {}, offers.items.map((one) => h('li', {}, offer(context, one))))),
    section(t.next, next ? nextThing(context, next) : empty(hasRole('learner') ? t.nothing : t.nothingOfYours)),
    journey && h('div.place', {},
      meter(journey.progress.percent, t.progress(journey.progress)),
      h('a', { href: `#/enrolments/${enrolment.id}` }, t.toJourney)),
    checkIns.length > 0 && section(t.checkIns, h('ul.cards', {}, checkIns.map((one) => h('li', {}, checkIn(context, one))))),
    feedback.length > 0 && section(t.feedback, h('ul.cards', {}, feedback.map((one) => h('li', {},
      card(reflectionOf(one), t.feedbackOn(titleOf(journey, one.assignment)), ago(one.publishedAt)))))),
    drafts.length > 0 && section(t.drafts, h('ul.cards', {}, drafts.map((one) => h('li', {},
      card(reflectionOf(one), one.unitTitle, t.savedAt(dayAndTime(one.savedAt))))))),
    commitments.length > 0 && section(t.commitments, h('ul.cards', {}, commitments.map((one) => h('li', {}, step(context, one))))),
    session && section(t.session,
      linkOrWords(context, `#/coaching-sessions/${session.id}`, dayAndTime(session.startsAt), t.minutes(session.minutes))),
    reviews && section(t.reviews, queue ? card('#/reviews', t.waiting, t.oldest(queue.ageDays)) : empty(t.noneWaiting)));
}

const offer = ({ api, signedIn }, { enrolmentId, cohort, agency }) => h('div.panel', {},
  h('p', {}, texts.today.offer(cohort.name, agency.name)),
  act(texts.today.accept, async () => {
    await api.post(`/v1/me/enrolment-offers/${enrolmentId}/accept`);
    // Somebody who learns now has another menu.
    await signedIn();
  }, '', cohort.name));

function nextThing({ isPlace }, { kind, title, href }) {
  const words = texts.today.kinds[kind];
  const place = placeOf(href);
  return isPlace(place)
    ? h('a.next', { href: place }, h('span.kind', {}, words), h('span.title', {}, title), h('span.go', {}, texts.today.go))
    : h('div.next', {}, h('span.kind', {}, words), h('span.title', {}, title));
}

const reflectionOf = ({ enrolmentId, assignment }) => `#/enrolments/${enrolmentId}/reflections/${assignment}`;

const linkOrWords = ({ isPlace }, place, title, detail) =>
  (isPlace(place) ? card(place, title, detail) : h('p.card', {}, h('span.title', {}, title), h('span.detail', {}, detail)));

const step = (context, { id, ifThen, dueOn, state }) =>
  linkOrWords(context, `#/action-items/${id}`, texts.plan(ifThen), `${texts.today.itemStates[state]} · ${texts.today.dueOn(date(dueOn))}`);

const titleOf = (journey, assignment) =>
  journey?.modules.flatMap(({ units }) => units).find((unit) => unit.assignment?.slug === assignment)?.title ?? texts.today.aReflection;
