// What a front end needs around a generated client: signing in, and one way to be told of errors.
import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { components, paths } from './contract.js';

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];
// Tables come as CSV too: the media type says which of the two this client reads.
export type Api = Client<paths, 'application/json'>;

/** An answer that is no success, with the problem document that came with it. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly problem: Schema<'ProblemDetails'>, readonly etag: string | null) {
    super(`${status} ${problem.code}: ${problem.detail}`);
  }
}

const raiseProblems: Middleware = {
  async onResponse({ response }) {
    if (response.status < 400) return undefined;
    throw new Refusal(response.status, await response.json() as Schema<'ProblemDetails'>, response.headers.get('ETag'));
  },
};

/** Someone who is signed in. */
export async function signIn(baseUrl: string, email: string, password: string): Promise<Api> {
  const api = createClient<paths, 'application/json'>({ baseUrl });
  api.use(raiseProblems);
  const { accessToken } = given(await api.POST('/v1/identity/login', { body: { email, password } }));
  api.use({ onRequest: ({ request }) => { request.headers.set('Authorization', `Bearer ${accessToken}`); return request; } });
  return api;
}

/** The body of a success; everything else has been thrown before. */
export function given<T>(answer: { data?: T; response: Response }): T {
  if (answer.data === undefined) throw new Error(`${answer.response.status} came without a body.`);
  return answer.data;
}

/** The tag of an answer. */
export function tagOf(answer: { response: Response }): string {
  const tag = answer.response.headers.get('ETag');
  if (!tag) throw new Error(`${answer.response.url} came without an ETag.`);
  return tag;
}

/** Every item of a list, page by page. */
export async function all<Item>(page: (cursor: string | undefined) => Promise<{ items: Item[]; next: string | null }>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const read = await page(cursor);
    items.push(...read.items);
    cursor = read.next ?? undefined;
  } while (cursor);
  return items;
}
