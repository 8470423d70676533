// A learner's evening, as a front end of somebody else's would play it.
import { given, Refusal, type Api, type Schema } from './client.js';

type Unit = { enrolmentId: string; unit: string };

/** Where an address of this API leads; front ends that route by their own addresses need its parts. */
function partsOf(href: string): Unit {
  const found = /^\/v1\/enrolments\/([^/]+)\/(?:units|reflections)\/([^/]+)$/.exec(href);
  if (!found?.[1] || !found[2]) throw new Error(`Where is ${href}?`);
  return { enrolmentId: found[1], unit: found[2] };
}

export async function next(api: Api): Promise<Schema<'WhatIsNext'>> {
  return given(await api.GET('/v1/me/next'));
}

/** Reads the next unit, begins it and completes it with a plan. */
export async function study(api: Api): Promise<Unit & { page: Schema<'UnitPage'>; completed: Schema<'CompletedUnit'> }> {
  const step = (await next(api)).next;
  if (step?.kind !== 'unit') throw new Error(`There is ${step?.kind ?? 'nothing'} to do, and no unit.`);
  const { enrolmentId, unit } = partsOf(step.href);
  const path = { enrolmentId, unit };
  const page = given(await api.GET('/v1/enrolments/{enrolmentId}/units/{unit}', { params: { path } }));
  given(await api.POST('/v1/enrolments/{enrolmentId}/units/{unit}/start', { params: { path } }));
  const starter = page.ifThenStarter ?? { cue: 'I next sit down with a facilitator', action: 'I will ask before I tell' };
  const completed = given(await api.POST('/v1/enrolments/{enrolmentId}/units/{unit}/complete', {
    params: { path, header: { 'Idempotency-Key': crypto.randomUUID() } },
    body: { ifThen: { cue: starter.cue, action: starter.action } },
  }));
  return { enrolmentId, unit, page, completed };
}

/** The plan that the learner has made, as the journey gives it back. */
export async function planOf(api: Api, { enrolmentId, unit }: Unit): Promise<Schema<'IfThenPlan'> | null | undefined> {
  const journey = given(await api.GET('/v1/enrolments/{enrolmentId}', { params: { path: { enrolmentId } } }));
  return journey.modules.flatMap((m) => m.units).find((u) => u.slug === unit)?.ifThen;
}

/** A reflection as it is written: saved whenever the learner pauses, each time with the tag of the save before. */
export class Writing {
  private tag: string | null = null;

  private constructor(private readonly api: Api, readonly path: { enrolmentId: string; assignment: string }, readonly prompts: string[]) {}

  static async open(api: Api, { enrolmentId, unit }: Unit): Promise<Writing> {
    const path = { enrolmentId, assignment: unit };
    const page = given(await api.GET('/v1/enrolments/{enrolmentId}/reflections/{assignment}', { params: { path } }));
    const writing = new Writing(api, path, page.assignment.prompts.map((p) => p.slug));
    writing.tag = page.draft?.etag ?? null;
    return writing;
  }

  answers(words: string): Record<string, string> {
    return Object.fromEntries(this.prompts.map((prompt) => [prompt, words]));
  }

  async save(words: string): Promise<void> {
    const precondition = this.tag === null ? { 'If-None-Match': '*' } : { 'If-Match': this.tag };
    const saved = given(await this.api.PUT('/v1/enrolments/{enrolmentId}/reflections/{assignment}/draft', {
      params: { path: this.path, header: precondition },
      body: { answers: this.answers(words) },
    }));
    this.tag = saved.etag;
  }

  async check(words: string): Promise<Schema<'PrivacyReport'>> {
    return given(await this.api.POST('/v1/enrolments/{enrolmentId}/reflections/{assignment}/privacy-check', {
      params: { path: this.path },
      body: { answers: this.answers(words) },
    }));
  }

  async handIn(privacyConfirmed: boolean): Promise<Schema<'SubmissionReceipt'>> {
    if (this.tag === null) throw new Error('Nothing has been written.');
    return given(await this.api.POST('/v1/enrolments/{enrolmentId}/reflections/{assignment}/submissions', {
      params: { path: this.path, header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { draftETag: this.tag, privacyConfirmed },
    }));
  }

  async read(): Promise<Schema<'ReflectionPage'>> {
    return given(await this.api.GET('/v1/enrolments/{enrolmentId}/reflections/{assignment}', { params: { path: this.path } }));
  }
}

/** Answers a check-in: with a barrier once the server has said that "not yet" needs one. */
export async function answer(api: Api, nudgeId: string): Promise<{ told: string[]; nudge: Schema<'NudgeItem'> }> {
  const path = { nudgeId };
  let told: string[] = [];
  try {
    await api.POST('/v1/nudges/{nudgeId}/response', { params: { path }, body: { outcome: 'notYet' } });
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.status !== 422) throw refusal;
    told = Object.keys((refusal.problem as Schema<'HttpValidationProblemDetails'>).errors);
  }
  return { told, nudge: given(await api.POST('/v1/nudges/{nudgeId}/response', { params: { path }, body: { outcome: 'notYet', barrier: 'noTime' } })) };
}
