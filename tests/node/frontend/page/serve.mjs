// Serves this page for a look at it: node tests/node/frontend/page/serve.mjs, beside a program with Cors__Origins=http://localhost:5081.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

export function serve(port) {
  const server = createServer((request, response) => {
    const name = new URL(request.url, 'http://localhost').pathname.slice(1) || 'index.html';
    const file = path.join(import.meta.dirname, path.basename(name));
    const type = types[path.extname(file)];
    if (!type || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' });
    createReadStream(file).pipe(response);
  });
  return new Promise((done) => { server.listen(port, '127.0.0.1', () => done(server)); });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(5081);
  console.log(`http://localhost:${server.address().port}/?api=http://localhost:5080`);
}
