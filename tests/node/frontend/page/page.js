// A small front end for learners: sign in, do the next thing, write, answer. No framework and no build; read it from the bottom.
import { Api, Refusal, Unreached } from './api.js';
import { Draft } from './draft.js';

const api = new Api(new URLSearchParams(location.search).get('api') ?? 'http://localhost:5080');
const main = document.querySelector('main');
let me = null;
let draft = null;

const outcomes = {
  applied: 'Yes, I did it', partly: 'Partly', notYet: 'Not yet', stillGood: 'The plan is still good',
};
const barriers = {
  noOpportunity: 'The moment did not come', forgot: 'I forgot', noTime: 'There was no time', unsureHow: 'I was not sure how', lowConfidence: 'I did not dare yet',
  didNotFitSituation: 'It did not fit the situation', teamOrPartnerPushback: 'My team or partner was against it', supervisorSupport: 'My supervisor did not support it',
  agencyPolicy: 'A rule of my agency', notMyRole: 'It is not my role', other: 'Something else',
};
const kinds = {
  email: 'an e-mail address', phone: 'a phone number', name: 'a name', date: 'a date', address: 'an address', age: 'an age', link: 'a link',
  ssn: 'a social-security number', recordNumber: 'a record number',
};

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const day = (moment) => new Date(moment).toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const tell = (words) => { document.querySelector('#told').textContent = words; };
const complain = (form, error) => {
  const wrong = form.querySelector('.wrong');
  wrong.textContent = error instanceof Unreached ? 'The server is not reached. Your words are still here; try again in a moment.' : error.message;
  wrong.hidden = false;
};

/** Shows a view, and puts a reader's place at its heading. */
function show(template) {
  main.replaceChildren(document.querySelector(`#${template}`).content.cloneNode(true));
  const title = main.querySelector('h1');
  document.title = `${title.textContent || 'Practice log'} – Practice log`;
  title.focus();
  return (selector) => main.querySelector(selector);
}

function onSubmit(form, act) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button:not([type=button])');
    if (button.getAttribute('aria-disabled') === 'true') return;
    // Not disabled, so that the keyboard keeps its place.
    button.setAttribute('aria-disabled', 'true');
    try {
      await act(Object.fromEntries(new FormData(form)));
    } catch (error) {
      complain(form, error);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
}

function signIn() {
  me = null;
  document.querySelector('#leave').hidden = true;
  document.querySelector('#who').textContent = '';
  const find = show('sign-in');
  onSubmit(find('form'), async ({ email, password }) => {
    await api.signIn(email, password);
    await route();
  });
}

async function home() {
  const { body: today } = await api.get('/v1/me/next');
  const find = show('home');
  const { next } = today;
  find('.next').append(next
    ? element('a', { className: 'card', href: `#${next.href}`, textContent: `${next.kind === 'unit' ? 'Read' : 'Write'}: ${next.title}` })
    : element('p', { textContent: 'Nothing. Well done.' }));
  fill(find('.asks'), today.checkIns, (ask) => [`#/asks/${ask.id}`, `${ask.unit.replace(/^[\d.]+-/, '').replaceAll('-', ' ')} – open until ${day(ask.expiresAt)}`], 'No questions at present.');
  fill(find('.feedback'), today.feedback, (one) => [`#/v1/enrolments/${one.enrolmentId}/reflections/${one.assignment}`, `Read what was written to you on ${day(one.publishedAt)}`], 'Nothing new.');
}

function fill(list, items, describe, otherwise) {
  const entries = items.map((item) => {
    const [href, textContent] = describe(item);
    return element('li', {}, element('a', { className: 'card', href, textContent }));
  });
  list.append(...(entries.length ? entries : [element('li', { textContent: otherwise })]));
}

async function unit(path) {
  const { body: page } = await api.get(path);
  const find = show('unit');
  find('h1').textContent = page.title;
  document.title = `${page.title} – Practice log`;
  find('.minutes').textContent = `About ${page.minutes} minutes`;
  // The server has made this from its own published course, without raw HTML; titles stand in the page's heading.
  find('.text').innerHTML = page.html;
  for (const heading of find('.text').querySelectorAll('h1')) heading.replaceWith(element('h2', { id: heading.id }, ...heading.childNodes));
  // The text's links lead to other units, and to places in it; here the part after the # is taken.
  for (const link of find('.text').querySelectorAll('a[href]')) {
    const href = link.getAttribute('href');
    if (href.startsWith('#')) {
      link.addEventListener('click', (event) => {
        event.preventDefault();
        document.getElementById(href.slice(1))?.scrollIntoView();
      });
    } else if (!/^[a-z]+:/i.test(href)) link.href = `#${new URL(href, `http://api${path}`).pathname}`;
  }
  const form = find('form');
  form.cue.value = page.ifThenStarter?.cue ?? '';
  form.action.value = page.ifThenStarter?.action ?? '';
  if (page.state === 'completed') completed(find, page);
  else if (page.state === 'open') await api.post(page.links.start);
  // One key for one act, however often the button is pressed.
  let [key, of] = [null, null];
  onSubmit(form, async ({ cue, action }) => {
    if (of !== `${cue}|${action}`) [key, of] = [crypto.randomUUID(), `${cue}|${action}`];
    const { body } = await completing(page, { ifThen: { cue, action } }, key);
    if (body) completed(find, page, body.nudges);
  });
}

// What might point to a person stays when its author has looked at it; the refusal was not kept under the key.
async function completing(page, plan, key) {
  try {
    return await api.post(page.links.complete, plan, { 'Idempotency-Key': key });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'text.privacy.unconfirmed') throw error;
    const places = error.problem.warnings.map(({ prompt, span: [from, until] }) => plan.ifThen[prompt.replace('ifThen.', '')].slice(from, until));
    if (!confirm(`“${places.join('”, “')}” might point to a person. May it stay?`)) return {};
    return api.post(page.links.complete, { ...plan, privacyConfirmed: true }, { 'Idempotency-Key': key });
  }
}

function completed(find, page, nudges = []) {
  find('form').hidden = true;
  const done = find('.done');
  done.hidden = false;
  const words = element('p', { tabIndex: -1, textContent: nudges.length ? `Completed. We will ask you on ${day(nudges[0].dueAt)} how it went.` : 'You have completed this unit.' });
  done.replaceChildren(words, element('p', {}, element('a', { href: `#${page.links.reflection}`, textContent: 'Write about it' })));
  if (nudges.length) words.focus();
}

async function reflection(path) {
  const opened = new Draft(api, path, me.id);
  const page = await opened.open();
  draft = opened;
  const find = show('reflection');
  const isOpen = ['notStarted', 'draft', 'revise', 'withdrawn'].includes(page.status);
  showReviews(find('.reviews'), page);
  find('form').hidden = !isOpen;
  if (!isOpen) find('.hint').textContent = page.status === 'accepted' ? 'Accepted.' : 'It has been handed in and waits to be read.';
  for (const prompt of page.assignment.prompts) {
    const area = element('textarea', { rows: 6, value: draft.answers[prompt.slug] ?? '' });
    area.name = prompt.slug;
    area.addEventListener('input', () => draft.write(prompt.slug, area.value));
    area.addEventListener('blur', () => draft.flush());
    find('.prompts').append(element('label', {}, prompt.text, area));
  }

  draft.addEventListener('state', ({ detail: { state, what } }) => showState(find, page, state, what));
  showState(find, page, draft.other ? 'conflict' : draft.aside ? 'aside' : 'opened');
  find('.keep').addEventListener('click', async () => {
    find('.conflict').hidden = true;
    find('textarea').focus();
    await draft.keepMine();
  });
  find('.take').addEventListener('click', () => {
    draft.takeOther();
    find('.conflict').hidden = true;
    for (const area of find('.prompts').querySelectorAll('textarea')) area.value = draft.answers[area.name] ?? '';
    find('textarea').focus();
  });
  onSubmit(find('form'), (form) => handIn(find, page, path, form.confirmed === 'on'));
}

function showReviews(place, page) {
  for (const revision of page.revisions.filter((r) => r.review)) {
    const { review } = revision;
    place.append(element('section', { className: 'card' },
      element('h2', { textContent: `${review.reviewer} wrote` }),
      ...[review.affirmation, review.question, review.nextStep, ...Object.values(review.comments)].filter(Boolean).map((textContent) => element('p', { textContent }))));
  }
}

function showState(find, page, state, what) {
  const words = {
    writing: 'Not saved yet', saving: 'Saving …', saved: `Saved${what ? ` at ${what.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}` : ''}`,
    offline: 'The server is not reached. Your words are kept on this device and will be saved as soon as it is back.',
    conflict: 'Not saved: this was changed in another place. Please choose above.',
    refused: what?.message,
  }[state];
  // A reader is told of what changed, not of each key.
  if (words !== undefined && find('.state').textContent !== words) find('.state').textContent = words;
  if (state === 'conflict') {
    find('.theirs').replaceChildren(...inWords(page, draft.other.answers));
    find('.conflict').hidden = false;
    find('#conflict-title').focus();
  }
  const { aside } = draft;
  find('.aside').hidden = !aside;
  if (aside) find('.aside div').replaceChildren(...inWords(page, aside));
}

const inWords = (page, answers) => page.assignment.prompts.filter((p) => answers[p.slug])
  .flatMap((p) => [element('p', { className: 'hint', textContent: p.text }), element('p', { className: 'words', textContent: answers[p.slug] })]);

async function handIn(find, page, path, privacyConfirmed) {
  const findings = find('.findings');
  findings.replaceChildren();
  if (!await draft.flush()) {
    findings.textContent = 'It cannot be handed in before every word is saved.';
    return;
  }
  try {
    await api.post(`${path}/submissions`, { draftETag: draft.tag, privacyConfirmed }, { 'Idempotency-Key': crypto.randomUUID() });
  } catch (error) {
    if (error instanceof Refusal && error.status === 422 && error.code.startsWith('reflection.privacy.')) {
      showFindings(find, page, error.problem);
      return;
    }
    findings.textContent = error.message;
    return;
  }
  draft.close();
  await reflection(path);
  tell('Handed in. Somebody will read it and write to you.');
}

function showFindings(find, page, { blocked = [], warnings = [] }) {
  const label = (slug) => page.assignment.prompts.find((p) => p.slug === slug)?.text ?? slug;
  const entry = (must) => ({ prompt, span: [from, until], kind }) => element('li', {},
    `“${label(prompt)}” `, element('mark', { textContent: (draft.answers[prompt] ?? '').slice(from, until) }), ` may be ${kinds[kind] ?? 'about a person'}; ${must ? 'please take it out' : 'look whether it may stay'}`);
  find('.findings').replaceChildren(element('p', { textContent: 'Someone could be recognised:' }), element('ul', {}, ...blocked.map(entry(true)), ...warnings.map(entry(false))));
  find('.confirm').hidden = blocked.length > 0 || warnings.length === 0;
}

async function ask(id) {
  const { body: today } = await api.get('/v1/me/next');
  const nudge = today.checkIns.find((n) => n.id === id);
  if (!nudge) {
    location.hash = '#/';
    return;
  }
  const [{ body: page }, { body: journey }] = await Promise.all([api.get(`/v1/enrolments/${nudge.enrolmentId}/units/${nudge.unit}`), api.get(`/v1/enrolments/${nudge.enrolmentId}`)]);
  const plan = journey.modules.flatMap((m) => m.units).find((u) => u.slug === nudge.unit)?.ifThen;
  const find = show('ask');
  find('.plan').textContent = plan ? `Your plan: if ${plan.cue}, then ${plan.action}.` : `About: ${page.title}`;
  find('.check').textContent = page.check;
  const choices = Object.entries(outcomes).filter(([value]) => value !== 'stillGood' || nudge.kind === 'cue');
  find('.outcomes').append(...choices.map(([value, words]) => element('label', {}, element('input', { type: 'radio', name: 'outcome', value, required: true }), words)));
  find('select').append(element('option', { value: '', textContent: 'Please choose' }), ...Object.entries(barriers).map(([value, textContent]) => element('option', { value, textContent })));
  const form = find('form');
  form.addEventListener('change', () => {
    const isNotYet = form.outcome.value === 'notYet';
    find('.barrier').hidden = !isNotYet;
    find('select').required = isNotYet;
  });
  const key = crypto.randomUUID();
  onSubmit(form, async ({ outcome, barrier, note, needHelp }) => {
    const { body } = await api.post(`/v1/nudges/${id}/response`, { outcome, ...(barrier && outcome === 'notYet' && { barrier }), ...(note && { note }), needHelp: needHelp === 'on' }, { 'Idempotency-Key': `${key}-${outcome}` });
    form.hidden = true;
    find('.done').hidden = false;
    const words = element('p', { tabIndex: -1, textContent: `Thank you. ${body.next?.text ?? ''}` });
    find('.done').replaceChildren(words, element('p', {}, element('a', { href: '#/', textContent: 'Back to today' })));
    words.focus();
  });
}

/** The address after the # says where we are: addresses of the API are its own. */
async function route() {
  tell('');
  if (draft) {
    await draft.flush();
    draft.close();
    draft = null;
  }
  if (!api.mayBeSignedIn) {
    signIn();
    return;
  }
  try {
    me ??= (await api.get('/v1/me')).body;
    document.querySelector('#who').textContent = me.name;
    document.querySelector('#leave').hidden = false;
    const path = decodeURI(location.hash.slice(1));
    if (/^\/v1\/enrolments\/[\w-]+\/units\/[\w.-]+$/.test(path)) await unit(path);
    else if (/^\/v1\/enrolments\/[\w-]+\/reflections\/[\w.-]+$/.test(path)) await reflection(path);
    else if (/^\/asks\/[\w-]+$/.test(path)) await ask(path.slice('/asks/'.length));
    else await home();
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) signIn();
    else tell(error instanceof Unreached ? 'The server is not reached. Try again in a moment.' : error.message);
  }
}

document.querySelector('#leave').addEventListener('click', async () => {
  if (draft && !await draft.flush()) {
    tell('Not everything is saved yet, so you are still signed in.');
    return;
  }
  await api.signOut();
  location.hash = '#/';
  signIn();
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', route);
addEventListener('online', () => draft?.flush());
addEventListener('beforeunload', (event) => {
  if (main.querySelector('.state')?.textContent === 'Not saved yet') event.preventDefault();
});
route();
