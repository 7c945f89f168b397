/** What can go wrong. The API says what it was as problem details (RFC 9457). */

import type { components } from "./schema.js";

export type ProblemDetails = components["schemas"]["ProblemDetails"];

const CONTENT_TYPE = "application/problem+json";
const MOST_SHOWN = 200;

/** Anything that this client throws because of the API, or on the way to it. */
export class RiverfrontError extends Error {
  override name = "RiverfrontError";
}

/** The API did not answer in time, or something else answered in its place. */
export class Unreachable extends RiverfrontError {
  override name = "Unreachable";
}

/** The API says what is wrong. */
export class Problem extends RiverfrontError {
  override name = "Problem";
  /** What it is, for programs: `unknown-item`, `invalid-body` and so on, as docs/api.md lists them. */
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;
  /** What it is, for people: in general, and this time. */
  readonly title: string;
  readonly detail: string;
  /** The parameter or field that is wrong; empty if it is none of them. */
  readonly field: string;
  /** What became of each part of the request, where nothing of it was done. */
  readonly results: readonly unknown[];
  /** Seconds after which the API says that it is worth another try. */
  readonly retryAfter: number | undefined;

  constructor(details: ProblemDetails, retryAfter?: number) {
    super([details.title, details.field, details.detail].filter(Boolean).join(": "));
    this.code = details.type.slice(details.type.lastIndexOf(":") + 1);
    this.status = details.status;
    this.title = details.title;
    this.detail = details.detail ?? "";
    this.field = details.field ?? "";
    this.results = details.results ?? [];
    this.retryAfter = retryAfter;
  }
}

/** How many seconds an answer says to wait, if it says so. */
export function retryAfterOf(response: Response): number | undefined {
  const sent = response.headers.get("retry-after") ?? "";
  return /^\d+$/.test(sent) ? Number(sent) : undefined;
}

/** What an answer with a status from 400 on says. */
export function problemOf(response: Response, text: string): RiverfrontError {
  if (response.headers.get("content-type")?.startsWith(CONTENT_TYPE)) {
    try {
      const details = JSON.parse(text) as ProblemDetails;
      if (typeof details.type === "string") return new Problem(details, retryAfterOf(response));
    } catch {
      // It only looks like a problem.
    }
  }
  return answeredByAnother(response, text);
}

/** Says that whoever answered is not the API. */
export function answeredByAnother(response: Response, text: string): Unreachable {
  return new Unreachable(`The answer ${response.status} is not of the API: ${text.slice(0, MOST_SHOWN)}`);
}
