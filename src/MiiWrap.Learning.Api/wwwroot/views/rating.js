// A form made from any instrument, saved as one rates; and what came of it, once it is in.
import { Draft } from '../draft.js';
import { h } from '../dom.js';
import { field, form, kept, showFindings } from '../forms.js';
import { dayAndTime } from '../format.js';
import { renew } from '../coaching.js';
import { badge, draftState, section, words } from '../parts.js';
import { month } from '../tables.js';
import { texts } from '../texts.js';

export async function show(context, { review: id }) {
  const { body: review } = await context.api.get(`/v1/fidelity/reviews/${id}`);
  const { body: instrument } = await context.api.get(`/v1/fidelity/instruments/${review.instrument}?version=${review.version}`);
  const content =
    review.status === 'draft' && review.rater.id === context.me.id
      ? await rate(context, review, instrument)
      : results(context, review, instrument);
  return h('div', {},
    h('h1', {}, texts.rating.of(instrument.title, review.subject.name)),
    h('p.hint', {},
      [
        texts.sessions.observations[review.eventKind],
        month(review.eventMonth),
        texts.rating.by(review.rater.name, texts.rating.roles[review.raterRole]),
      ].join(' · '),
    ),
    content,
  );
}

async function rate(context, first, instrument) {
  const t = texts.rating;
  const { api, me } = context;
  const path = `/v1/fidelity/reviews/${first.id}`;
  const items = instrument.sections.flatMap((part) => part.items);
  let mayStay = false;
  const draft = new Draft(
    `${me.id}:${path}`,
    async () => {
      const { body } = await api.get(path);
      return { page: body, content: { ratings: body.ratings, notes: body.notes }, tag: body.etag, isOpen: body.status === 'draft' };
    },
    async (content, precondition) => {
      const { body } = await api.put(path, { ...content, privacyConfirmed: mayStay }, precondition);
      showProgress(body);
      return { etag: body.etag };
    },
  );
  const review = await draft.open();
  context.keep(draft);

  const progress = h('progress', { max: items.length, 'aria-label': t.progress });
  const count = h('span', {});
  const scores = h('div', {});
  function showProgress({ missing, scores: soFar }) {
    progress.value = items.length - missing.length;
    count.textContent = t.rated(items.length - missing.length, items.length);
    scores.replaceChildren(scoreList(soFar, instrument));
  }

  const made = h('form.rating', { noValidate: true },
    instrument.sections.map((part) =>
      section(part.title,
        part.items.map((item) => line(item, instrument)),
      ),
    ),
  );
  const valueOf = (code) => made.elements[code].value;
  const noteOf = (code) => made.elements[`notes.${code}`].value.trim();
  const refill = () => {
    for (const { code } of items) {
      made.elements[code].value = draft.content.ratings?.[code] ?? '';
      made.elements[`notes.${code}`].value = draft.content.notes?.[code] ?? '';
    }
  };
  refill();
  made.addEventListener('input', () =>
    draft.write({
      ratings: Object.fromEntries(
        items.filter(({ code }) => valueOf(code)).map(({ code }) => [code, valueOf(code) === 'na' ? 'na' : Number(valueOf(code))]),
      ),
      notes: Object.fromEntries(items.filter(({ code }) => noteOf(code)).map(({ code }) => [code, noteOf(code)])),
    }),
  );

  const state = draftState(
    draft,
    ({ ratings, notes }) =>
      items
        .filter(({ code }) => ratings[code] !== undefined || notes[code])
        .map(({ code, text }) =>
          h('p', {}, h('strong', {}, `${code} ${text}: ${rated(code, ratings, instrument)}`), notes[code] && words(notes[code])),
        ),
    refill,
  );
  const findings = h('div.findings', { role: 'alert', hidden: true });
  draft.addEventListener('state', ({ detail }) => {
    if (detail.state === 'refused')
      showFindings(findings, detail.what, (prompt) => ({
        text: noteOf(prompt.replace('notes.', '')),
        label: prompt.replace('notes.', ''),
      }));
    if (detail.state === 'saved') findings.hidden = true;
  });
  findings.addEventListener('change', async ({ target }) => {
    mayStay = target.checked;
    await draft.flush();
    mayStay = false;
  });

  const left = h('div.findings', { role: 'alert', hidden: true });
  let wasTold = false;
  made.addEventListener('submit', async (event) => {
    event.preventDefault();
    left.hidden = true;
    if (!(await draft.flush())) return;
    const open = items.filter(({ code }) => !valueOf(code));
    // Once it is in, it is locked: what is left out is pointed at first, and may be left out all the same.
    if (open.length && !wasTold) {
      wasTold = true;
      pointAt(left, t.missing(open.length), open);
      return;
    }
    try {
      await api.post(`${path}/submit`);
    } catch (error) {
      pointAt(
        left,
        error.message,
        items.filter(({ code }) => error.problem?.items?.includes(code)),
      );
      return;
    }
    await context.again();
    context.tell(t.submitted);
  });
  made.append(left, h('p.actions', {}, h('button', {}, t.submit)));
  showProgress(review);
  return [
    instrument.guidance && h('p', {}, instrument.guidance),
    h('p.hint', {}, instrument.use),
    // What could point to a person is said where its writer is, however long the form.
    h('div.bar', {}, h('p', {}, progress, ' ', count), state.status, findings),
    state.conflict,
    state.aside,
    made,
    section(t.soFar, scores),
  ];
}

/** Says what is missing, with a way to each. */
function pointAt(place, said, items) {
  place.replaceChildren(
    h('p', {}, said),
    h('ul', {},
      items.map(({ code, text }) =>
        h('li', {},
          h('button.quiet', { type: 'button', onclick: () => document.getElementById(`item-${code}`).querySelector('input').focus() },
            `${code} ${text}`,
          ),
        ),
      ),
    ),
  );
  place.hidden = false;
  place.querySelector('button')?.focus();
}

/** One line: radios with their words and look-fors, or a number where things are counted; and a place for words. */
function line(item, instrument) {
  const t = texts.rating;
  const scale = instrument.scales.find(({ code }) => code === item.scale);
  const option = (value, name, seen) =>
    h('label.level', {},
      h('input', { type: 'radio', name: item.code, value }),
      h('span', {}, h('strong', {}, name), seen && h('span.look', {}, seen)),
    );
  return h('fieldset.item', { id: `item-${item.code}` },
    h('legend', {}, h('span.code', {}, item.code), ' ', item.text, item.required && ` (${t.required})`),
    item.critical && h('p.hint', {}, t.critical),
    scale.counts
      ? field(t.count, h('input', { type: 'number', name: item.code, min: 0, step: 1 }))
      : [
          ...scale.values.map((value, at) =>
            option(value, [value, scale.words[at]].filter((part) => part !== undefined).join(' '), item.lookFor[at]),
          ),
          scale.notApplicable && option('na', t.notApplicable),
        ],
    h('details', {},
      h('summary', {}, t.note),
      field(t.noteOf(item.code), h('textarea', { name: `notes.${item.code}`, rows: 2, maxLength: 500 }), { hint: texts.coaching.leaveOut }),
    ),
  );
}

/** What an item was given, in the words of its scale. */
function rated(code, ratings, instrument) {
  const value = ratings[code];
  if (value === undefined) return '–';
  if (value === 'na') return texts.rating.notApplicable;
  const item = instrument.sections.flatMap(({ items }) => items).find((one) => one.code === code);
  const scale = instrument.scales.find((one) => one.code === item.scale);
  return [value, scale.words[scale.values.indexOf(value)]].filter((part) => part !== undefined).join(' ');
}

const scoreList = (scores, instrument) =>
  h('dl.facts', {},
    scores.map(({ code, value, band, reason }) => {
      const { title, decimals } = instrument.scores.find((score) => score.code === code);
      return [
        h('dt', {}, title),
        h('dd', {},
          h('strong', {}, value === null ? '–' : value.toFixed(decimals)),
          ' ',
          band && badge(band, 'band'),
          reason && h('span.hint', {}, texts.reasons[reason] ?? reason),
        ),
      ];
    }),
  );

function results(context, review, instrument) {
  const t = texts.rating;
  const [isSubject, isRater] = [review.subject.id === context.me.id, review.rater.id === context.me.id];
  const grounds = [...new Set(review.scores.map(({ provenance }) => provenance).filter(Boolean))];
  return [
    h('p', {}, badge(t.states[review.status], review.status)),
    h('p.note', {}, review.notice, '. ', instrument.use),
    review.amendReason && words(t.amendedFor(review.amendReason)),
    review.voidReason && words(t.voidFor(review.voidReason)),
    review.flags.map((code) => h('p.note', {}, instrument.flags.find((flag) => flag.code === code)?.text ?? code)),
    review.scores.length > 0 &&
      section(t.scores,
        scoreList(review.scores, instrument),
        grounds.map((ground) => h('p.hint', {}, ground)),
      ),
    h('p.actions', {}, h('a.button.secondary', { href: `#/people/${review.subject.id}/fidelity/${review.instrument}` }, t.trend)),
    review.reply
      ? section(t.reply, words(review.reply), h('p.hint', {}, dayAndTime(review.repliedAt)))
      : isSubject && review.status === 'locked' && respond(context, review),
    Object.keys(review.ratings).length > 0 &&
      instrument.sections.map((part) =>
        section(part.title,
          h('dl.facts', {},
            part.items.map(({ code, text }) => [
              h('dt', {}, `${code} ${text}`),
              h('dd', {}, rated(code, review.ratings, instrument), review.notes[code] && words(review.notes[code])),
            ]),
          ),
        ),
      ),
    isRater && review.status === 'locked' && amend(context, review),
  ];
}

function respond(context, review) {
  const t = texts.rating;
  const reply = kept(
    h('textarea', { name: 'text', rows: 3, required: true, maxLength: 500 }),
    `${context.me.id}:rating-reply:${review.id}`,
  );
  return section(t.yourReply,
    form(t.replySubmit,
      async ({ text }, { key, privacyConfirmed, form: made }) => {
        await context.api.post(`/v1/fidelity/reviews/${review.id}/reply`, { text, privacyConfirmed }, { 'Idempotency-Key': key });
        await renew(context, made, t.replied);
      },
      field(t.replyLabel, reply, { hint: texts.coaching.leaveOut }),
    ),
  );
}

function amend({ api, me, go }, review) {
  const t = texts.rating;
  const why = kept(h('input', { name: 'reason', required: true, minLength: 10, maxLength: 400 }), `${me.id}:amend:${review.id}`);
  return h('details', {},
    h('summary', {}, t.amend),
    form(t.amendSubmit,
      async ({ reason }, { key, privacyConfirmed }) => {
        const { body } = await api.post(
          `/v1/fidelity/reviews/${review.id}/amend`,
          { reason, privacyConfirmed },
          { 'Idempotency-Key': key },
        );
        await go(`#/fidelity/reviews/${body.id}`);
      },
      field(t.amendReason, why, { hint: t.amendHint }),
    ),
  );
}
