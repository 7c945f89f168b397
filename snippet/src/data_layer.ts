/** Reads what the page tells Google Analytics 4: the e-commerce events of its `dataLayer`, by Tag Manager or by gtag.js. */

import type { Fields, Riverfront } from './riverfront.js';

const NAMES = 'view_item_list select_item add_to_cart remove_from_cart purchase search view_search_results add_to_wishlist';
/** All that is sent: what else a page writes there is none of Riverfront's business. */
const PARAMS = 'currency transaction_id search_term item_list_id item_list_name';
const ITEM = 'item_id item_name price quantity index currency item_list_id item_list_name';

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function pick(from: Fields, names: string): Fields {
  return Object.fromEntries(
    names
      .split(' ')
      .filter((name) => /string|number/.test(typeof from[name]))
      .map((name) => [name, from[name]]),
  );
}

function read(client: Riverfront, entry: unknown): void {
  if (!isObject(entry)) return;
  // gtag.js puts its arguments there, Tag Manager's pages an object.
  const [name, said] = entry[0] === 'event' ? [entry[1], entry[2]] : [entry.event, entry.ecommerce];
  const params = isObject(said) ? said : {};
  const items = (Array.isArray(params.items) ? params.items : []).filter(isObject).map((item) => pick(item, ITEM));
  const first = items[0]?.item_id ?? items[0]?.item_name;
  if (name === 'view_item' && first !== undefined) client.view(`${first}`);
  else if (NAMES.split(' ').includes(name as string)) {
    client.track({ name, params: { ...pick(entry, PARAMS), ...pick(params, PARAMS), items } });
  }
}

export function readDataLayer(client: Riverfront): void {
  const layer = (window.dataLayer ??= []);
  for (const entry of layer) read(client, entry);
  const push = layer.push.bind(layer);
  layer.push = (...entries: unknown[]) => {
    const size = push(...entries);
    for (const entry of entries) {
      try {
        read(client, entry);
      } catch {
        // The page's own push never fails because of this.
      }
    }
    return size;
  };
}
