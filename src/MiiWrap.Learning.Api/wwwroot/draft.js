// What is being written: kept on this device at every key, and on the server whenever the writer pauses.
import { Refusal, Unreached } from './api.js';

const pause = 800;
const longestWait = 15_000;

/**
 * Words are never lost: what the server has not acknowledged stays on this device, what was saved elsewhere is shown and not overwritten,
 * and what the writer decides against is put aside. The content is an object of texts, numbers and objects of these.
 *
 * Tells by events `state` what happens: writing, saving, saved, offline, conflict, refused, aside.
 */
export class Draft extends EventTarget {
  #read; #save; #store; #tag = null; #otherTag = null; #dirty = false; #saving = null; #timer = null; #wait = 1000; #closed = false;

  /**
   * @param {string} store whose words these are and about what: their place on this device
   * @param {() => Promise<{ page: any, content: object, tag: string | null, isOpen: boolean, savedAt?: string }>} read the server's state;
   *   `tag` is its ETag, null before there is anything, and `isOpen` says whether it may still be written
   * @param {(content: object, precondition: object) => Promise<{ etag: string, savedAt?: string }>} save saves it with those headers
   */
  constructor(store, read, save) {
    super();
    this.#read = read;
    this.#save = save;
    this.#store = `learning.draft:${store}`;
    this.content = {};
    this.other = null;
    this.#listen('online', () => this.flush());
    this.#listen('beforeunload', (event) => { if (this.#dirty) event.preventDefault(); });
  }

  /** Reads the page, and takes up words that this device has and the server has not. */
  async open() {
    const { page, content, tag, isOpen } = await this.#read();
    const kept = JSON.parse(localStorage.getItem(this.#store) ?? 'null');
    this.#tag = tag;
    this.content = { ...content };
    if (kept && !isOpen) this.#putAside(kept.content);
    else if (kept && !same(kept.content, this.content)) {
      const theirs = this.content;
      this.content = kept.content;
      this.#dirty = true;
      if (kept.tag === this.#tag) this.#schedule(0);
      else this.#conflict(theirs);
    } else localStorage.removeItem(this.#store);
    return page;
  }

  get tag() { return this.#tag; }

  /** What the writer decided against; null when there is nothing of the kind. */
  get aside() { return JSON.parse(localStorage.getItem(`${this.#store}:aside`) ?? 'null'); }

  /** Takes what was written: the members that are named, in place of those before. */
  write(changes) {
    this.content = { ...this.content, ...changes };
    this.#dirty = true;
    this.#keep();
    this.#tell('writing');
    if (!this.other) this.#schedule(pause);
  }

  /** Saves what is not saved; true when the server has every word. */
  async flush() {
    clearTimeout(this.#timer);
    while (this.#dirty && !this.other) {
      this.#saving ??= this.#saveOnce().finally(() => { this.#saving = null; });
      if (!await this.#saving) return false;
    }
    return !this.#dirty;
  }

  keepMine() {
    this.#putAside(this.other);
    this.other = null;
    this.#tag = this.#otherTag;
    this.#keep();
    return this.flush();
  }

  takeOther() {
    this.#putAside(this.content);
    this.content = { ...this.other };
    this.#tag = this.#otherTag;
    this.other = null;
    this.#dirty = false;
    localStorage.removeItem(this.#store);
    this.#tell('saved');
  }

  /** Saves what it can and stops; what it cannot save stays on this device. */
  async close() {
    const isSaved = await this.flush();
    clearTimeout(this.#timer);
    this.#closed = true;
    this.#deaf.abort();
    return isSaved;
  }

  #deaf = new AbortController();

  #listen(event, act) { addEventListener(event, act, { signal: this.#deaf.signal }); }

  async #saveOnce() {
    const sent = this.content;
    this.#tell('saving');
    try {
      const saved = await this.#save(sent, this.#tag === null ? { 'If-None-Match': '*' } : { 'If-Match': this.#tag });
      this.#acknowledge(sent, saved.etag, saved.savedAt);
      return true;
    } catch (error) {
      return this.#failed(error, sent);
    }
  }

  #acknowledge(sent, tag, savedAt) {
    this.#tag = tag;
    this.#wait = 1000;
    this.#dirty = this.content !== sent;
    if (this.#dirty) this.#keep();
    else {
      localStorage.removeItem(this.#store);
      this.#tell('saved', savedAt ? new Date(savedAt) : undefined);
    }
  }

  async #failed(error, sent) {
    if (error instanceof Refusal && error.status === 412) {
      try {
        const { content, tag, savedAt } = await this.#read();
        this.#otherTag = tag;
        // The answer to an earlier save of these very words was lost on its way.
        if (same(content, sent)) {
          this.#acknowledge(sent, tag, savedAt);
          return true;
        }
        this.#conflict(content);
        return false;
      } catch (again) {
        return this.#failed(again, sent);
      }
    }

    if (error instanceof Unreached || (error instanceof Refusal && (error.status >= 500 || error.status === 429))) {
      this.#tell('offline');
      this.#schedule(this.#wait);
      this.#wait = Math.min(this.#wait * 2, longestWait);
    } else this.#tell('refused', error);
    return false;
  }

  #conflict(theirs) {
    this.#otherTag ??= this.#tag;
    this.other = theirs;
    this.#tell('conflict');
  }

  #schedule(delay) {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => this.flush(), delay);
  }

  #keep() {
    localStorage.setItem(this.#store, JSON.stringify({ content: this.content, tag: this.#tag }));
  }

  #putAside(content) {
    if (textsOf(content).length) localStorage.setItem(`${this.#store}:aside`, JSON.stringify(content));
    localStorage.removeItem(this.#store);
    this.#tell('aside');
  }

  #tell(state, what) {
    this.dispatchEvent(new CustomEvent('state', { detail: { state, what } }));
  }
}

// Every value that is not empty, with its place. The server keeps texts in composed form and without the spaces around them.
function textsOf(content, place = '') {
  if (content === null || content === undefined) return [];
  if (typeof content === 'object') return Object.keys(content).sort().flatMap((key) => textsOf(content[key], `${place}/${key}`));
  const text = String(content).trim().normalize();
  return text === '' ? [] : [`${place}: ${text}`];
}

const same = (mine, theirs) => textsOf(mine).join('\n') === textsOf(theirs).join('\n');
