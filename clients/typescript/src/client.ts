/** The client: a method for each operation of the OpenAPI document. */

import createClient, { type Client } from "openapi-fetch";

import type { AnyEvent } from "./events.js";
import { RETRIES, type Retries, sender } from "./retries.js";
import type { components, operations, paths } from "./schema.js";

export type Schemas = components["schemas"];
export type Operations = operations;

/** The parameters of an operation's query. */
export type Query<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;

export interface Options {
  /** Where the shop is, without `/api/v1`. */
  readonly address: string;
  /** As `riverfront keys create` prints it. */
  readonly key: string;
  /** Milliseconds that each try may take: 10,000 if it is not given. */
  readonly timeout?: number;
  readonly retries?: Partial<Retries>;
  /** Takes the place of the network, as in tests. */
  readonly fetch?: typeof globalThis.fetch;
  /** Waits for some milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/**
 * A shop's API. Every method throws a `Problem` where the API says what is wrong, and `Unreachable` where it does not answer.
 */
export class Riverfront {
  /** The same API by its paths, for what has no method of its own, such as a signal that ends a request. */
  readonly api: Client<paths>;

  constructor(options: Options) {
    const { protocol } = new URL(options.address);
    if (protocol !== "https:" && protocol !== "http:") throw new TypeError(`${options.address} is no address of a shop`);
    if (!/^[\x21-\x7e]+$/.test(options.key)) throw new TypeError("The key is empty, or has signs that no key has");
    const fetch = options.fetch ?? ((request: RequestInfo | URL) => globalThis.fetch(request));
    const pause = options.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    this.api = createClient<paths>({
      baseUrl: `${options.address.replace(/\/+$/, "")}/api/v1`,
      headers: { Authorization: `Bearer ${options.key}`, Accept: "application/json" },
      fetch: sender({ timeout: options.timeout ?? 10_000, retries: { ...RETRIES, ...options.retries }, fetch, pause }),
    });
  }

  /**
   * Sends one event, or up to 1,000. Events without an id count once even if the request has to be sent again, and whenever
   * the same events are sent under the same key within a day.
   */
  async sendEvents(events: AnyEvent | readonly AnyEvent[], idempotencyKey: string = newKey()): Promise<Schemas["EventResults"]> {
    const header = { "Idempotency-Key": idempotencyKey };
    return answerOf(await this.api.POST("/events", { params: { header }, body: events }));
  }

  /** Asks what became of an event, for a day: whether the models have learned it, and which lists it led to. */
  async getEvent(event: string): Promise<Schemas["EventStatus"]> {
    return answerOf(await this.api.GET("/events/{event}", { params: { path: { event: id(event) } } }));
  }

  /** Gets a visitor's own list, as the models made it after the visitor's last event. */
  async getRecommendations(visitor: string, query: Query<"getRecommendations"> = {}): Promise<Schemas["ItemList"]> {
    const params = { path: { visitor: id(visitor) }, query };
    return answerOf(await this.api.GET("/visitors/{visitor}/recommendations", { params }));
  }

  /** Has a list made: for an anonymous visit given as items, a basket, or among some of the items. */
  async makeRecommendations(request: Schemas["RecommendationRequest"] = {}): Promise<Schemas["MadeItemList"]> {
    return answerOf(await this.api.POST("/recommendations", { body: request }));
  }

  /** Gets items similar to an item. */
  async getSimilarItems(item: string, query: Query<"getSimilarItems"> = {}): Promise<Schemas["ItemList"]> {
    return answerOf(await this.api.GET("/items/{item}/similar", { params: { path: { item: id(item) }, query } }));
  }

  /** Gets items that are taken together with an item. */
  async getItemsBoughtTogether(
    item: string,
    query: Query<"getItemsBoughtTogether"> = {},
  ): Promise<Schemas["ItemList"]> {
    return answerOf(await this.api.GET("/items/{item}/bought-together", { params: { path: { item: id(item) }, query } }));
  }

  /** Gets a list of the whole shop: `trending`, `top-rated` or `new`. */
  async getList(name: string, query: Query<"getList"> = {}): Promise<Schemas["ItemList"]> {
    return answerOf(await this.api.GET("/lists/{name}", { params: { path: { name: id(name) }, query } }));
  }

  /** Gets an item as it is served. */
  async getItem(item: string): Promise<Schemas["Product"]> {
    return answerOf(await this.api.GET("/items/{item}", { params: { path: { item: id(item) } } }));
  }

  /** Writes an item, whether the shop has it or not. */
  async putItem(item: string, form: Schemas["ItemForm"]): Promise<Schemas["ItemResult"]> {
    return answerOf(await this.api.PUT("/items/{item}", { params: { path: { item: id(item) } }, body: form }));
  }

  /** Changes whether an item can be had: `in_stock`, `out_of_stock` and so on, or how many there are. */
  async setStock(item: string, availability: Schemas["Stock"]["availability"]): Promise<Schemas["ItemResult"]> {
    const params = { path: { item: id(item) } };
    return answerOf(await this.api.PATCH("/items/{item}/stock", { params, body: { availability } }));
  }

  /** Changes what an item costs: a number in units of the currency, or text with it (`12.99 USD`). */
  async setPrice(item: string, price: number | string, currency?: string): Promise<Schemas["ItemResult"]> {
    const params = { path: { item: id(item) } };
    return answerOf(await this.api.PATCH("/items/{item}/price", { params, body: { price, currency } }));
  }

  /** Deletes an item: it leaves all lists. */
  async deleteItem(item: string): Promise<Schemas["ItemResult"]> {
    return answerOf(await this.api.DELETE("/items/{item}", { params: { path: { item: id(item) } } }));
  }

  /** Changes up to 1,000 items. Each is written or refused by itself. */
  async changeItems(changes: Schemas["ItemChange"][]): Promise<Schemas["ItemResults"]> {
    return answerOf(await this.api.POST("/items", { body: { changes } }));
  }

  /** Searches the catalog. `price` is a range in the smallest unit (`250-500`). */
  async search(q: string, query: Omit<Query<"search">, "q"> = {}): Promise<Schemas["SearchResults"]> {
    return answerOf(await this.api.GET("/search", { params: { query: { q, ...query } } }));
  }

  /** Gets what to offer while somebody types: whole searches, categories, items. */
  async autocomplete(q: string, query: Omit<Query<"autocomplete">, "q"> = {}): Promise<Schemas["Suggested"]> {
    return answerOf(await this.api.GET("/autocomplete", { params: { query: { q, ...query } } }));
  }

  /** Gets what a visitor viewed, rated, wished for, dismissed and has in the basket. */
  async getHistory(visitor: string, query: Query<"getHistory"> = {}): Promise<Schemas["VisitorHistory"]> {
    return answerOf(await this.api.GET("/visitors/{visitor}/history", { params: { path: { visitor: id(visitor) }, query } }));
  }

  /** Gets all that is kept of a visitor, as one document. */
  async exportVisitor(visitor: string): Promise<Schemas["VisitorExport"]> {
    return answerOf(await this.api.GET("/visitors/{visitor}/export", { params: { path: { visitor: id(visitor) } } }));
  }

  /** Erases a visitor. */
  async forgetVisitor(visitor: string): Promise<void> {
    await this.api.DELETE("/visitors/{visitor}", { params: { path: { visitor: id(visitor) } } });
  }
}

/** Returns the answer, which is there: all else has been thrown. */
function answerOf<T>({ data }: { data?: T | undefined }): T {
  return data as T;
}

/** Returns an id that can stand in an address. Addresses have no segments of dots alone: browsers and Node resolve them. */
function id(value: string): string {
  if (value === "" || value === "." || value === "..") throw new RangeError(`"${value}" cannot be an id in an address`);
  return value;
}

/** Makes a key as good as a UUID, which browsers make on secure pages alone. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
