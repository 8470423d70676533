// A text that is being written: kept on this device at every key, and on the server whenever the writer pauses.
import { Refusal, Unreached } from './api.js';

const pause = 800;
const longestWait = 15_000;

/**
 * Words are never lost: what the server has not acknowledged stays on this device, what was saved elsewhere is shown and not overwritten, and
 * what the writer decides against is put aside.
 */
export class Draft extends EventTarget {
  #api; #path; #store; #tag; #dirty = false; #saving = null; #timer = null; #wait = 1000;

  constructor(api, path, person) {
    super();
    this.#api = api;
    this.#path = path;
    this.#store = `practice-log.draft:${person}:${path}`;
    this.answers = {};
    this.other = null;
  }

  /** Reads the page, and takes up words that this device has and the server has not. */
  async open() {
    const { body: page } = await this.#api.get(this.#path);
    const kept = JSON.parse(localStorage.getItem(this.#store) ?? 'null');
    this.#tag = page.draft?.etag ?? null;
    this.answers = { ...page.draft?.answers };
    if (kept && page.draft === null && page.status !== 'notStarted' && page.status !== 'withdrawn') this.#putAside(kept.answers);
    else if (kept && !same(kept.answers, this.answers)) {
      const theirs = this.answers;
      this.answers = kept.answers;
      this.#dirty = true;
      if (kept.tag === this.#tag) this.#schedule(0);
      else this.#conflict(theirs);
    } else localStorage.removeItem(this.#store);
    return page;
  }

  get tag() { return this.#tag; }

  get aside() { return JSON.parse(localStorage.getItem(`${this.#store}:aside`) ?? 'null'); }

  write(prompt, words) {
    this.answers = { ...this.answers, [prompt]: words };
    this.#dirty = true;
    this.#keep();
    this.#tell('writing');
    if (!this.other) this.#schedule(pause);
  }

  /** Saves what is not saved; true when the server has every word. */
  async flush() {
    clearTimeout(this.#timer);
    while (this.#dirty && !this.other) {
      this.#saving ??= this.#save().finally(() => { this.#saving = null; });
      if (!await this.#saving) return false;
    }
    return !this.#dirty;
  }

  keepMine() {
    this.#putAside(this.other.answers);
    this.other = null;
    this.#tag = this.#otherTag;
    return this.flush();
  }

  takeOther() {
    this.#putAside(this.answers);
    this.answers = { ...this.other.answers };
    this.#tag = this.#otherTag;
    this.other = null;
    this.#dirty = false;
    localStorage.removeItem(this.#store);
    this.#tell('saved');
  }

  close() {
    clearTimeout(this.#timer);
    this.closed = true;
  }

  #otherTag = null;

  async #save() {
    const sent = this.answers;
    this.#tell('saving');
    try {
      const precondition = this.#tag === null ? { 'If-None-Match': '*' } : { 'If-Match': this.#tag };
      const { body } = await this.#api.put(`${this.#path}/draft`, { answers: sent }, precondition);
      this.#tag = body.etag;
      this.#wait = 1000;
      this.#dirty = this.answers !== sent;
      if (this.#dirty) this.#keep();
      else {
        localStorage.removeItem(this.#store);
        this.#tell('saved', new Date(body.savedAt));
      }
      return true;
    } catch (error) {
      return this.#failed(error, sent);
    }
  }

  async #failed(error, sent) {
    if (error instanceof Refusal && error.status === 412) {
      try {
        const { body: page } = await this.#api.get(this.#path);
        this.#otherTag = page.draft?.etag ?? null;
        // The answer to an earlier save of these very words was lost on its way.
        if (page.draft && same(page.draft.answers, sent)) {
          this.#tag = page.draft.etag;
          this.#dirty = this.answers !== sent;
          if (!this.#dirty) {
            localStorage.removeItem(this.#store);
            this.#tell('saved', new Date(page.draft.savedAt));
          }
          return true;
        }
        this.#conflict(page.draft?.answers ?? {});
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
    this.other = { answers: theirs };
    this.#tell('conflict');
  }

  #schedule(delay) {
    clearTimeout(this.#timer);
    if (!this.closed) this.#timer = setTimeout(() => this.flush(), delay);
  }

  #keep() {
    localStorage.setItem(this.#store, JSON.stringify({ answers: this.answers, tag: this.#tag }));
  }

  #putAside(answers) {
    if (Object.values(answers).some((words) => words.trim())) localStorage.setItem(`${this.#store}:aside`, JSON.stringify(answers));
    localStorage.removeItem(this.#store);
    this.#tell('aside');
  }

  #tell(state, what) {
    this.dispatchEvent(new CustomEvent('state', { detail: { state, what } }));
  }
}

// The server keeps texts in composed form and without the spaces around them.
const same = (mine, theirs) => [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
  .every((prompt) => (mine[prompt] ?? '').trim().normalize() === (theirs[prompt] ?? '').trim().normalize());
