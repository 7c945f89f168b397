/** Sends requests, again where that may help. Every operation of the API may be sent again. */

import { answeredByAnother, problemOf, retryAfterOf, Unreachable } from "./problems.js";

export interface Retries {
  /** How often a request is sent at most: 1 for never again. */
  readonly tries: number;
  /**
   * Milliseconds before the second try, where the API does not say how long to wait; each later pause is twice as long. Up
   * to a half is added by chance, so that clients do not come back all at once.
   */
  readonly firstPause: number;
  /** Milliseconds that all pauses of one request may take. A longer wait that the API asks for ends the tries. */
  readonly patience: number;
}

export const RETRIES: Retries = { tries: 4, firstPause: 200, patience: 30_000 };

const TEMPORARY: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;

export interface Sending {
  /** Milliseconds that each try may take, with its answer read. */
  readonly timeout: number;
  readonly retries: Retries;
  readonly fetch: typeof globalThis.fetch;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Returns a `fetch` that sends again what fails for a moment, and throws a `RiverfrontError` for all that is no answer. */
export function sender({ timeout, retries, fetch, pause }: Sending): (request: Request) => Promise<Response> {
  return async (request) => {
    let paused = 0;
    for (let done = 1; ; done += 1) {
      const { response, text, error } = await trial(request, timeout, fetch);
      if (response && !TEMPORARY.has(response.status)) return checked(response, text);
      const asked = response && retryAfterOf(response);
      const chosen = asked === undefined ? retries.firstPause * 2 ** (done - 1) : asked * 1000;
      const wait = chosen * (1 + Math.random() / 2);
      paused += wait;
      if (done >= retries.tries || paused > retries.patience) {
        if (response) throw problemOf(response, text);
        throw new Unreachable(`The API does not answer: ${String(error)}`, { cause: error });
      }
      await pause(wait);
    }
  };
}

interface Trial {
  readonly response?: Response;
  readonly text: string;
  readonly error?: unknown;
}

async function trial(request: Request, timeout: number, fetch: typeof globalThis.fetch): Promise<Trial> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]);
  try {
    const response = await fetch(new Request(request.clone(), { signal, redirect: "manual" }));
    return { response, text: await response.text() };
  } catch (error) {
    if (request.signal.aborted) throw error;
    return { text: "", error };
  }
}

/** Returns an answer with its text. Throws where it is a problem, or none of the API. */
function checked(response: Response, text: string): Response {
  if (response.status >= 400) throw problemOf(response, text);
  if (!response.ok) throw answeredByAnother(response, text);
  if (response.status === 204) return new Response(null, { status: 204 });
  try {
    if (!JSON_TYPE.test(response.headers.get("content-type") ?? "")) throw new SyntaxError("no JSON");
    JSON.parse(text);
  } catch {
    throw answeredByAnother(response, text);
  }
  return new Response(text, { status: response.status, headers: { "content-type": "application/json" } });
}
