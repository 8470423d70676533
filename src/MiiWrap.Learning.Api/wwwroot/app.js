// The shell: who is signed in, which view the address names, and where a reader's place is after each change.
import { Api, Refusal, Unreached } from './api.js';
import { h } from './dom.js';
import { setZone } from './format.js';
import { entriesOf, isAt } from './navigation.js';
import { language, texts } from './texts.js';

// The part of the address after # names the view: no server must know it. Most are the API's own paths without /v1.
const routes = [
  ['/', 'today'],
  ['/journey', 'journey'],
  ['/enrolments/:enrolment', 'journey'],
  ['/enrolments/:enrolment/units/:unit', 'unit'],
  ['/enrolments/:enrolment/reflections/:assignment', 'reflection'],
  ['/curricula/:curriculum/versions/:version/materials/:material', 'material'],
  ['/reviews', 'reviews'],
  ['/reviews/in/:status', 'reviews'],
  ['/reviews/:revision', 'review'],
  ['/follow-ups', 'follow-ups'],
  ['/follow-ups/:cohort', 'follow-ups'],
  ['/my-coaching', 'my-coaching'],
  ['/coaching', 'coaching-desk'],
  ['/coaching-relationships/:relationship', 'coachee'],
  ['/coaching-sessions/log', 'session-log'],
  ['/coaching-sessions/log/:person', 'session-log'],
  ['/coaching-sessions/plan', 'session-plan'],
  ['/coaching-sessions/plan/:person', 'session-plan'],
  ['/coaching-sessions/:session', 'session'],
  ['/action-items/new/:enrolment/:owner', 'action-item-new'],
  ['/action-items/:item', 'action-item'],
  ['/fidelity/reviews/new/:subject', 'rating-new'],
  ['/fidelity/reviews/:review', 'rating'],
  ['/people/:person/fidelity', 'fidelity-trend'],
  ['/people/:person/fidelity/:instrument', 'fidelity-trend'],
  ['/cohorts', 'cohorts'],
  ['/cohorts/new', 'cohort-new'],
  ['/cohorts/:cohort', 'cohort'],
  ['/cohorts/:cohort/transfer', 'cohort-transfer'],
  ['/cohorts/:cohort/nudges', 'cohort-nudges'],
  ['/cohorts/:cohort/coaching', 'cohort-coaching'],
  ['/cohorts/:cohort/enrol', 'cohort-enrol'],
  ['/cohorts/:cohort/manage', 'cohort-manage'],
  ['/cohorts/:cohort/learners/:enrolment', 'cohort-learner'],
  ['/people', 'people'],
  ['/agencies', 'agencies'],
  ['/agencies/:agency', 'implementation'],
  ['/agencies/:agency/people', 'agency-people'],
  ['/implementation', 'programme'],
  ['/settings', 'settings'],
  ['/account', 'account'],
].map(([pattern, view]) => [new RegExp(`^${pattern.replace(/:(\w+)/g, '(?<$1>[\\w.-]+)')}$`), view]);

const api = new Api();
const find = (selector) => document.querySelector(selector);
const [main, progress, told, menu, navigation] = ['main', '.progress', '.told', '.menu', '#navigation'].map(find);
let me = null;
let turn = 0;
let drafts = [];

/** What a view is given beside the parameters of its address. */
const context = {
  api,
  /** The answer of GET /v1/me. */
  get me() { return me; },
  hasRole: (...roles) => me.roles.some(({ role }) => roles.includes(role)),
  /** Whether a place has a view of its own. */
  isPlace: (hash) => viewOf(hash) !== null,
  /** Tells what was done; read out by screen readers, and shown until the next view. */
  tell: (words) => { told.textContent = words; },
  /** Goes to another view; resolves when it stands there. */
  go: (hash) => {
    history.pushState(null, '', hash);
    return show();
  },
  /** Shows the same view anew. */
  again: () => show(),
  /** Saves and closes this draft before another view takes this one's place. */
  keep: (draft) => { drafts.push(draft); },
  signedIn,
};

function viewOf(hash) {
  const path = decodeURI(hash.slice(1)) || '/';
  for (const [pattern, view] of routes) {
    const match = pattern.exec(path);
    if (match) return { view, params: { ...match.groups } };
  }
  return null;
}

async function signedIn() {
  me = (await api.get('/v1/me')).body;
  setZone(me.timeZone);
  show();
}

async function leave() {
  const left = drafts;
  drafts = [];
  await Promise.all(left.map((draft) => draft.close()));
}

async function signOut() {
  if ((await Promise.all(drafts.map((draft) => draft.flush()))).includes(false)) {
    told.textContent = texts.shell.notSavedYet;
    return;
  }
  await api.signOut();
  // What was kept of forms is nobody else's.
  sessionStorage.clear();
  me = null;
  history.replaceState(null, '', '#/');
  show();
}

/**
 * Shows the view that the address names. A view is a module of views/ with `show(context, params)`, which resolves to what stands in main;
 * its first h1 names it.
 */
async function show() {
  const mine = ++turn;
  const slow = setTimeout(() => { progress.textContent = texts.shell.loading; }, 300);
  main.setAttribute('aria-busy', 'true');
  told.textContent = '';
  try {
    await leave();
    const content = await contentOf();
    if (mine !== turn) return;
    main.replaceChildren(content);
    showMenu();
    const title = main.querySelector('h1');
    document.title = `${title.textContent} – ${texts.shell.name}`;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  } finally {
    clearTimeout(slow);
    if (mine === turn) {
      progress.textContent = '';
      main.removeAttribute('aria-busy');
    }
  }
}

async function contentOf() {
  if (!api.isSignedIn) {
    const ended = me !== null;
    me = null;
    return load('sign-in', { ended });
  }
  const place = viewOf(location.hash);
  if (!place) return apology(texts.shell.notFound);
  try {
    return await load(place.view, place.params);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      me = null;
      told.textContent = '';
      return load('sign-in', { ended: true });
    }
    // An admin may do nothing here before the second factor is on.
    if (error.code === 'auth.secondFactor.required' && place.view !== 'account') {
      history.replaceState(null, '', '#/account');
      return load('account', {});
    }
    if (error instanceof Refusal && error.status === 404) return apology(texts.shell.notFound);
    if (error instanceof Refusal || error instanceof Unreached) return apology(error.message, true);
    // A fault of a view, or its file was not reached.
    reportError(error);
    return apology(texts.shell.broken, true);
  }
}

const load = async (view, params) => (await import(`./views/${view}.js`)).show(context, params);

const apology = (words, mayTryAgain = false) => h('section.narrow', {},
  h('h1', {}, texts.shell.sorry),
  h('p', {}, words),
  h('p.actions', {},
    mayTryAgain && h('button', { type: 'button', onclick: () => show() }, texts.shell.tryAgain),
    h('a.button.secondary', { href: '#/' }, texts.shell.backToToday)));

function showMenu() {
  const isIn = api.isSignedIn && me !== null;
  navigation.hidden = menu.hidden = !isIn;
  openMenu(false);
  if (!isIn) return;
  const here = location.hash || '#/';
  navigation.replaceChildren(
    h('ul', {}, entriesOf(me.roles).map((entry) => h('li', {},
      h('a', { href: entry[1], 'aria-current': isAt(entry, here) ? 'page' : null }, texts.navigation[entry[0]])))),
    h('p.who', {}, me.name, ' ', h('button.quiet', { type: 'button', onclick: signOut }, texts.shell.signOut)));
}

function openMenu(isOpen) {
  menu.setAttribute('aria-expanded', isOpen);
  navigation.classList.toggle('open', isOpen);
}

document.documentElement.lang = language;
find('.skip').textContent = texts.shell.skip;
find('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
// Whoever is still writing decides when to sign in again.
api.onEnded = () => told.replaceChildren(
  texts.shell.ended, ' ', h('button', { type: 'button', onclick: () => show() }, texts.signIn.submit));
menu.textContent = texts.shell.menu;
navigation.setAttribute('aria-label', texts.shell.menu);
menu.addEventListener('click', () => openMenu(menu.getAttribute('aria-expanded') !== 'true'));
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && menu.getAttribute('aria-expanded') === 'true') {
    openMenu(false);
    menu.focus();
  }
});
addEventListener('hashchange', () => show());
show();
