// Several views of one thing, as links beside each other.
import { h } from './dom.js';

/** @param {[string, string, boolean][]} links words, place, and whether that is where we are */
export const ways = (name, links) =>
  h('div.parts', { role: 'navigation', 'aria-label': name },
    links.map(([words, href, isHere]) => h('a', { href, 'aria-current': isHere ? 'page' : null }, words)),
  );
