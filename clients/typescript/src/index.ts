/** The client of Riverfront's API. `schema` is made from the OpenAPI document. */

export { type Operations, type Options, type Query, Riverfront, type Schemas } from "./client.js";
export type { AnyEvent, Event, EventKind, ForeignEvent } from "./events.js";
export { type Page, pages } from "./pages.js";
export { Problem, type ProblemDetails, RiverfrontError, Unreachable } from "./problems.js";
export type { Retries } from "./retries.js";
export type { components, operations, paths } from "./schema.js";
