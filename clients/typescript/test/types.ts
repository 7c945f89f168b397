/** What the compiler checks: every operation of the document has a method, and answers are typed. */

import { type Operations, type Page, pages, Riverfront, type Schemas } from "../src/index.js";

type WithoutMethod = Exclude<keyof Operations, keyof Riverfront>;
export const everyOperationHasAMethod: [WithoutMethod] extends [never] ? true : WithoutMethod = true;

export async function use(shop: Riverfront): Promise<string[]> {
  const titles: string[] = [];
  for await (const page of pages((cursor) => shop.getList("trending", { cursor, count: 10 }))) {
    for (const item of page.items) titles.push(item.title, item.reason?.text ?? "");
  }
  await shop.sendEvents({ kind: "item_viewed", visitor: "customer-17", item: "mug-1" });
  await shop.sendEvents([{ client_id: "1.2", events: [{ name: "view_item", params: { items: [{ item_id: "mug-1" }] } }] }]);
  // @ts-expect-error There is no such kind.
  await shop.sendEvents({ kind: "item_seen", visitor: "customer-17" });
  // @ts-expect-error An event is somebody's.
  await shop.sendEvents([{ kind: "item_viewed", item: "mug-1" }]);
  // @ts-expect-error There is no such parameter.
  await shop.getRecommendations("customer-17", { size: 3 });
  // @ts-expect-error An item has a title.
  await shop.putItem("mug-1", { price: 4.95 });
  const made: Schemas["MadeItemList"] = await shop.makeRecommendations({ session: ["mug-1"], filter: { in_stock: true } });
  const page: Page = made;
  return page.next ? titles : [];
}
