// Tables to keep as files.
import { h } from './dom.js';
import { act } from './parts.js';
import { texts } from './texts.js';

/** Fetches a table with the reader's own token, and hands it over as a file. */
export const download = (api, path, name) =>
  act(texts.lists.download, async () => {
    const { blob } = await api.send('GET', path, { headers: { Accept: 'text/csv' } });
    const href = URL.createObjectURL(blob);
    h('a', { href, download: `${name}.csv` }).click();
    URL.revokeObjectURL(href);
  });
