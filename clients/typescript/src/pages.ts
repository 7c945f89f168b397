/** Goes through all pages of a list. */

/** A page, which has the cursor of the next. */
export interface Page {
  next?: string | null;
}

/** Yields all pages: `pages((cursor) => shop.getHistory("customer-17", { cursor }))`. */
export async function* pages<P extends Page>(ask: (cursor?: string) => Promise<P>): AsyncGenerator<P, void, undefined> {
  let page = await ask();
  yield page;
  while (page.next != null) {
    page = await ask(page.next);
    yield page;
  }
}
