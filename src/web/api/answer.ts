/**
 * What a handler answers: a status, a body that becomes JSON (none for 204), and headers beside the usual ones.
 * `afterwards` is called when all that was done is committed, and what it answers is sent instead.
 */
export type Answer = {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  afterwards?: () => Promise<Answer>;
};

/** 200 with a body. */
export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** 201 with what was made. */
export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** 202: it will be done; the body says where to look. */
export function accepted(body: unknown): Answer {
  return { status: 202, body };
}

/** 204: done, and nothing to say. */
export const done: Answer = { status: 204 };
