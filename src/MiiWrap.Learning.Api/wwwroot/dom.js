// Builds elements. What people wrote is only ever put in as text.

/**
 * @param {string} name the element's name, with classes after dots: 'p.hint'
 * @param {object} [properties] properties and attributes; on… are listeners; null, undefined and false are left out
 * @param {...(Node | string | null | false | Array)} children
 */
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && !key.includes('-') && !['list', 'form', 'role'].includes(key)) element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let made = 0;

/** An id that no other element of this page has. */
export const newId = (name) => `${name}-${++made}`;

/**
 * The text of a unit or a material, which the server has made of its author's Markdown with raw HTML taken as text. Links within the course
 * lead to this front end's own pages, and pictures are fetched with the caller's token when they come near.
 *
 * @param {string} path where the text was read
 */
export function courseText(api, html, path) {
  // Alignments of tables are styles, which this page's policy forbids: they become classes.
  const safe = html.replace(/ style="text-align: (left|center|right);?"/g, ' class="$1"').replace(/<img src="/g, '<img data-src="');
  const text = h('div.text');
  text.innerHTML = safe;
  for (const heading of text.querySelectorAll('h1')) heading.replaceWith(h('h2', { id: heading.id }, ...heading.childNodes));
  for (const link of text.querySelectorAll('a[href]')) {
    const href = link.getAttribute('href');
    if (/^https?:/.test(href)) Object.assign(link, { target: '_blank', rel: 'noopener' });
    else if (href.startsWith('#')) {
      link.addEventListener('click', (event) => {
        event.preventDefault();
        const target = document.getElementById(decodeURIComponent(href.slice(1)));
        target?.setAttribute('tabindex', '-1');
        target?.focus();
      });
    } else link.href = `#${new URL(href, `http://api${path}`).pathname.replace('/v1', '')}`;
  }
  const near = new IntersectionObserver((entries) => {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      near.unobserve(target);
      api.picture(target.dataset.src).then((url) => { target.src = url; }, () => target.classList.add('missing'));
    }
  }, { rootMargin: '400px' });
  for (const picture of text.querySelectorAll('img')) near.observe(picture);
  return text;
}
