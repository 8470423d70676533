// What a programme looks at, page by page and as a table.
import { all, given, type Api, type Schema } from './client.js';

export type Standing = { cohort: Schema<'CohortItem'>; rows: Schema<'CohortProgress'>['items']; summary: Schema<'CohortProgress'>['summary']; csv: string; transfer: Schema<'TransferReport'> };

export async function standings(api: Api): Promise<Standing[]> {
  const cohorts = await all(async (cursor) => given(await api.GET('/v1/cohorts', { params: { query: cursor ? { cursor } : {} } })));
  return Promise.all(cohorts.map((cohort) => standing(api, cohort)));
}

async function standing(api: Api, cohort: Schema<'CohortItem'>): Promise<Standing> {
  const path = { cohortId: cohort.id };
  const first = given(await api.GET('/v1/cohorts/{cohortId}/progress', { params: { path, query: { limit: 1 } } }));
  const rows = await all(async (cursor) => given(await api.GET('/v1/cohorts/{cohortId}/progress', { params: { path, query: { limit: 5, ...(cursor ? { cursor } : {}) } } })));
  const csv = await api.GET('/v1/cohorts/{cohortId}/progress', { params: { path }, headers: { Accept: 'text/csv' }, parseAs: 'text' });
  const transfer = given(await api.GET('/v1/cohorts/{cohortId}/transfer', { params: { path } }));
  return { cohort, rows, summary: first.summary, csv: csv.data as unknown as string, transfer };
}
