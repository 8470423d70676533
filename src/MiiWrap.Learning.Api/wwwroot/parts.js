// What several views are made of.
import { h, newId } from './dom.js';
import { dayAndTime, time } from './format.js';
import { form, kept } from './forms.js';
import { texts } from './texts.js';

/** A section with a heading of its own. */
export function section(title, ...children) {
  const id = newId('section');
  return h('section', { 'aria-labelledby': id }, h('h2', { id }, title), ...children);
}

export const empty = (words) => h('p.empty', {}, words);

/** A link as large as what it leads to. */
export const card = (href, title, ...details) =>
  h('a.card', { href }, h('span.title', {}, title), ...details.filter(Boolean).map((words) => h('span.detail', {}, words)));

/** Somebody by name, and what is to be seen of them at once. */
export const named = (name, ...badges) => h('p', {}, h('strong', {}, name), badges.filter(Boolean).map((one) => [' ', one]));

export const badge = (words, kind = '') => h('span.badge', { class: `badge ${kind}`.trim() }, words);

/** A bar that says how far something has come; the words beside it say it too. */
export const meter = (share, words) =>
  h('div.meter', {}, h('progress', { max: 100, value: share, 'aria-label': words }), h('span', {}, words));

/** What somebody wrote, as they wrote it. */
export const words = (text) => h('p.words', {}, text);

/** A definition list of pairs; pairs without a value are left out. */
export const facts = (...pairs) => h('dl.facts', {},
  pairs.filter(([, value]) => value).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

/**
 * A list that is read page by page: the first now, more at a button.
 *
 * @param {string} path of the list, with its filters
 * @param {(item: any) => Node} show
 */
export async function pages(api, path, show, otherwise) {
  const list = h('ul.cards', {});
  const more = h('button.secondary', { type: 'button', hidden: true }, texts.shell.more);
  let next = null;
  const add = async () => {
    const { body } = await api.get(next ? `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}` : path);
    const items = body.items.map((item) => h('li', {}, show(item)));
    list.append(...items);
    next = body.next;
    more.hidden = !next;
    return items;
  };
  more.addEventListener('click', async () => {
    const [first] = await add();
    first?.querySelector('a, button')?.focus();
  });
  await add();
  return list.children.length ? [list, h('p.actions', {}, more)] : [empty(otherwise)];
}

/** Details that are read when they are opened. */
export function unfolding(title, read) {
  const place = h('div', {});
  return h('details', {
    ontoggle: async ({ target }) => {
      if (!target.open || place.children.length) return;
      try {
        place.replaceChildren(...[await read()].flat());
      } catch (error) {
        place.replaceChildren(h('p.problem', { role: 'alert' }, error.message));
      }
    },
  }, h('summary', {}, title), place);
}

/**
 * A button that does one thing at once, and says beside itself when that did not work.
 *
 * @param {string} about tells it from others of its name for those who hear it
 */
export function act(label, doing, kind = 'secondary', about = '') {
  const problem = h('span.error', { role: 'alert' });
  const button = h('button', { type: 'button', class: kind, 'aria-label': about && `${label}: ${about}` }, label);
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    problem.textContent = '';
    try {
      await doing();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
  return h('span.act', {}, button, problem);
}

/** What two people write to each other, with a field for the next message. */
export async function thread(context, path, title, hint) {
  const list = h('ol.thread', {});
  const show = (message) => h('li', { class: message.from === context.me.name ? 'mine' : null },
    h('p.hint', {}, `${message.from}, ${dayAndTime(message.at)}`), words(message.text));
  const { body } = await context.api.get(path);
  list.append(...body.items.map(show));
  const area = kept(h('textarea', { name: 'text', rows: 3, required: true, 'aria-label': texts.thread.write }), `${context.me.id}:${path}`);
  const send = form(texts.thread.send, async ({ text }, { key, privacyConfirmed }) => {
    const { body: written } = await context.api.post(path, { text, privacyConfirmed }, { 'Idempotency-Key': key });
    list.append(show({ from: context.me.name, text, at: written.at }));
    area.value = '';
    context.tell(texts.thread.sent);
  }, h('p.hint', {}, hint), area);
  return section(title, list, send);
}

/**
 * What a draft tells its writer: whether all is saved, what was saved elsewhere meanwhile, and what was put aside.
 *
 * @param {(content: object) => Node[]} describe the content in words
 * @param {() => void} refill puts the draft's content into the fields, after the other words were taken
 */
export function draftState(draft, describe, refill) {
  const status = h('p.state', { role: 'status' });
  const theirs = h('div', {});
  const title = h('h2', { tabIndex: -1 }, texts.draft.conflict);
  const choose = (take) => () => {
    take();
    conflict.hidden = true;
    refill();
  };
  const conflict = h('section.conflict', { hidden: true },
    title, h('p', {}, texts.draft.conflictWords), theirs,
    h('p.actions', {},
      h('button', { type: 'button', onclick: choose(() => draft.keepMine()) }, texts.draft.keep),
      h('button.secondary', { type: 'button', onclick: choose(() => draft.takeOther()) }, texts.draft.take)));
  const asideWords = h('div', {});
  const aside = h('details.aside', { hidden: true }, h('summary', {}, texts.draft.aside), asideWords);
  let isCut = false;
  const tell = (state, what) => {
    const isTrying = ['writing', 'saving'].includes(state);
    // While the line is cut each try is like the last one; words that come and go would move what is below them.
    if (isCut && isTrying) return;
    isCut = state === 'offline';
    const said = state === 'refused' ? what.message : state === 'saved' && what ? texts.draft.savedAt(time(what)) : texts.draft[state];
    // A reader is told of what changed, not of each key; only what matters is told at once.
    if (typeof said === 'string' && state !== 'aside' && status.textContent !== said) status.textContent = said;
    if (state === 'conflict') {
      status.textContent = texts.draft.choose;
      theirs.replaceChildren(...describe(draft.other));
      conflict.hidden = false;
      queueMicrotask(() => title.focus());
    }
    aside.hidden = !draft.aside;
    if (draft.aside) asideWords.replaceChildren(...describe(draft.aside));
  };
  draft.addEventListener('state', ({ detail: { state, what } }) => tell(state, what));
  if (draft.other) tell('conflict');
  else tell('opened');
  return { status, conflict, aside };
}
