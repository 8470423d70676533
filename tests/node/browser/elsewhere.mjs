// The files of the front end, served by another host: what an agency does that keeps its pages on a server of its own.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const files = path.join(import.meta.dirname, '../../../src/MiiWrap.Learning.Api/wwwroot');
const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

/** @param {() => string} api the address that the page is told of */
export function serveElsewhere(api) {
  const server = createServer((request, response) => {
    const name = path.normalize(new URL(request.url, 'http://localhost').pathname).slice(1) || 'index.html';
    try {
      const file = readFileSync(path.join(files, name));
      response.writeHead(200, { 'Content-Type': `${types[path.extname(name)]}; charset=utf-8` });
      response.end(name === 'index.html' ? file.toString().replace('name="api" content=""', `name="api" content="${api()}"`) : file);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((done) => { server.listen(0, '127.0.0.1', () => done(server)); });
}
