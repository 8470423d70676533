// An instructor who answers what waits longest.
import { all, given, tagOf, type Api, type Schema } from './client.js';

export function queue(api: Api): Promise<Schema<'ReviewQueueItem'>[]> {
  return all(async (cursor) => given(await api.GET('/v1/reviews', { params: { query: { status: 'awaiting', limit: 1, ...(cursor ? { cursor } : {}) } } })));
}

export async function review(api: Api, revisionId: string): Promise<Schema<'PublishedReview'>> {
  const path = { revisionId };
  given(await api.POST('/v1/reviews/{revisionId}/claim', { params: { path } }));
  const read = await api.GET('/v1/reviews/{revisionId}', { params: { path } });
  const page = given(read);
  given(await api.PUT('/v1/reviews/{revisionId}', {
    params: { path, header: { 'If-Match': tagOf(read) } },
    body: {
      scores: Object.fromEntries(page.assignment.rubric.criteria.map((c) => [c.slug, 2])),
      comments: Object.fromEntries(Object.keys(page.answers ?? {}).map((prompt) => [prompt, 'This is where it turned.'])),
      affirmation: 'You noticed the quiet and let it be.',
      question: 'What did the quiet tell you?',
      nextStep: 'Count to three once more.',
      decision: 'accept',
    },
  }));
  return given(await api.POST('/v1/reviews/{revisionId}/publish', { params: { path } }));
}
