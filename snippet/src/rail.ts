/** `<riverfront-rail>`: a list of recommendations that moves as the visitor clicks. */

import { connect, type Live } from './live.js';
import { arrange } from './moves.js';
import type { Riverfront } from './riverfront.js';
import { STYLE } from './style.js';

interface Item {
  item: string;
  title: string;
  price: number;
  currency: string;
  picture?: string;
  reason?: { text: string; phrase?: string; named?: string };
  phrase?: string;
  named?: string;
}

interface List {
  ranking_id?: string;
  surface: string;
  items: Item[];
}

const SEEN_MS = 1000;
const COUNT = 6;
/** More than are shown: they take the places of those that are dismissed or sold out. */
const SPARE = 12;
const SURFACES: Record<string, string> = { 'for-you': 'for_you', trending: 'trending' };

function make(name: string, part: string, text = ''): HTMLElement {
  const element = document.createElement(name);
  element.setAttribute('part', part);
  element.dataset.field = part;
  element.textContent = text;
  return element;
}

export function define(client: Riverfront): void {
  if (customElements.get('riverfront-rail')) return;
  const rails = new Set<Rail>();
  let live: Live | null = null;

  function listen(): void {
    live?.close();
    const of = client.visitor();
    const pushed = (surface: string) => (message: Omit<List, 'surface'>) =>
      rails.forEach((rail) => rail.pushed({ ...message, surface }));
    live = !of
      ? null
      : connect(client, of, {
          ranking_changed: pushed('for_you'),
          trending_changed: pushed('trending'),
          items_withdrawn: ({ items }: { items: string[] }) => rails.forEach((rail) => rail.withdraw(items)),
        });
  }

  class Rail extends HTMLElement {
    #list = document.createElement('ul');
    #sheet = new CSSStyleSheet();
    #cards = new Map<string, HTMLLIElement>();
    #gone = new Set<string>();
    #shown: List = { surface: '', items: [] };
    #waiting: List | null = null;
    #visible = new Set<Element>();
    #reported: string | undefined = '';
    #timer = 0;
    #loads = 0;
    #observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) this.#visible[isIntersecting ? 'add' : 'delete'](target);
        this.#look();
      },
      { threshold: 0.5 },
    );

    connectedCallback(): void {
      if (!this.shadowRoot) {
        this.#sheet.replaceSync(STYLE);
        const root = this.attachShadow({ mode: 'open' });
        root.adoptedStyleSheets = [this.#sheet];
        const heading = document.createElement('slot');
        heading.name = 'heading';
        this.#list.setAttribute('part', 'list');
        const section = make('section', 'section');
        section.append(heading, this.#list, document.createElement('slot'));
        root.append(section);
        for (const name of ['pointerleave', 'focusout']) section.addEventListener(name, () => setTimeout(() => this.#settle()));
      }
      rails.add(this);
      void this.load();
    }

    disconnectedCallback(): void {
      rails.delete(this);
      this.#observer.disconnect();
    }

    get #item(): string {
      return this.getAttribute('item') ?? client.item;
    }

    get #count(): number {
      return Number(this.getAttribute('count')) || COUNT;
    }

    /** Ask for the list, and draw it. */
    async load(): Promise<void> {
      const number = ++this.#loads;
      const surface = this.getAttribute('surface') ?? 'for-you';
      const of = client.visitor();
      const item = encodeURIComponent(this.#item);
      let path = `lists/${surface}`;
      // Without consent nobody is known: what counts is the item on the page.
      if (surface === 'for-you') path = of ? `visitors/${encodeURIComponent(of)}/recommendations` : item ? `items/${item}/similar` : 'lists/trending';
      else if (/^(similar|bought-together)$/.test(surface)) path = `items/${item}/${surface}`;
      const query = `count=${this.#count + SPARE}${item && path[0] !== 'i' ? `&exclude=${item}` : ''}`;
      try {
        const headers = { Authorization: `Bearer ${await client.credential()}` };
        const answer = await fetch(`${client.address}/api/v1/${path}?${query}`, { headers, credentials: 'omit' });
        if (answer.ok && number === this.#loads) this.#update(await answer.json());
      } catch {
        // The page stands without it. A push may still bring a list.
      }
    }

    get rankingId(): string | undefined {
      return this.#shown.ranking_id;
    }

    pushed(list: List): void {
      if (list.surface === this.#shown.surface || list.surface === SURFACES[this.getAttribute('surface') ?? 'for-you']) this.#update(list);
    }

    withdraw(items: string[]): void {
      const waiting = this.#waiting;
      items.forEach((item) => this.#gone.add(item));
      this.#draw(this.#shown);
      this.#waiting = waiting;
    }

    /** Nothing moves under somebody's hand. */
    #update(list: List): void {
      this.#waiting = list;
      this.#settle();
    }

    #settle(): void {
      if (!this.#waiting || this.matches(':hover') || this.matches(':focus-within')) return;
      this.#draw(this.#waiting);
    }

    #draw(list: List): void {
      this.#waiting = null;
      if (list.ranking_id !== this.#shown.ranking_id) this.#observer.disconnect(), this.#visible.clear();
      this.#shown = list;
      const items = list.items.filter(({ item }) => !this.#gone.has(item) && item !== this.#item).slice(0, this.#count);
      const before = this.#cards;
      this.#cards = new Map(items.map((one) => [one.item, before.get(one.item) ?? this.#card(one)]));
      items.forEach((one) => this.#word(this.#cards.get(one.item)!, one));
      arrange(this.#list, [...this.#cards.values()]);
      for (const [item] of before) if (!this.#cards.has(item)) this.#own(item)?.remove();
      this.toggleAttribute('filled', items.length > 0);
      for (const card of this.#cards.values()) this.#observer.observe(card);
      const detail = { items: items.map(({ item }) => item), rankingId: list.ranking_id };
      this.dispatchEvent(new CustomEvent('riverfront:drawn', { bubbles: true, detail }));
    }

    /** The page's own element for a card, where it has a template. */
    #own(item: string): Element | undefined {
      return [...this.children].find((child) => child.slot === `card ${item}`);
    }

    #card(one: Item): HTMLLIElement {
      const card = document.createElement('li');
      card.setAttribute('part', 'card');
      card.dataset.item = one.item;
      const slot = document.createElement('slot');
      slot.name = `card ${one.item}`;
      const own = this.querySelector('template')?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
      if (own) {
        own.slot = slot.name;
        this.append(own);
      } else {
        const link = make('a', 'link');
        link.append(make('img', 'picture'), make('span', 'title'), make('span', 'price'));
        slot.append(link, make('p', 'reason'), make('button', 'dismiss', '×'));
      }
      card.append(slot);
      card.addEventListener('click', (click) => this.#clicked(click, one.item));
      return card;
    }

    /** Write what there is to say of an item into its card. */
    #word(card: HTMLElement, { item, title, price, currency, picture, reason, phrase, named }: Item): void {
      const money = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: 'currency', currency });
      const said = phrase ?? reason?.phrase;
      const name = named ?? reason?.named ?? '';
      const texts: Record<string, string> = {
        title,
        price: money.format(price / 10 ** (money.resolvedOptions().maximumFractionDigits ?? 2)),
        reason: (said && (client.phrase?.(said, name) ?? said.replace('%(named)s', () => name))) || reason?.text || '',
      };
      for (const field of (this.#own(item) ?? card).querySelectorAll<HTMLElement>('[data-field]')) {
        const kind = field.dataset.field!;
        if (kind in texts) field.textContent = texts[kind]!;
        else if (kind === 'link') {
          const href = this.#address('href', item);
          if (href) (field as HTMLAnchorElement).href = href;
        } else if (kind === 'picture') {
          const source = this.#address('picture', item) || (/^https?:/.test(picture ?? '') && picture);
          if (source) (field as HTMLImageElement).src = source;
          field.hidden = !source;
          (field as HTMLImageElement).alt = '';
        } else if (kind === 'dismiss') {
          field.hidden = !client.visitor();
          field.setAttribute('aria-label', `${this.getAttribute('dismiss-label') ?? 'Not interested'}: ${title}`);
        }
      }
    }

    /** The address that an attribute's pattern gives for an item. */
    #address(name: string, item: string): string {
      return (this.getAttribute(name) ?? '').replace('{item}', () => encodeURIComponent(item));
    }

    #clicked(click: Event, item: string): void {
      const fields = click.composedPath().map((element) => (element as HTMLElement).dataset?.field);
      const { surface, ranking_id } = this.#shown;
      const event = { item, surface, ...(ranking_id && { ranking_id }) };
      if (fields.includes('dismiss')) {
        client.track({ kind: 'item_dismissed', ...event });
        rails.forEach((rail) => rail.withdraw([item]));
      } else if (fields.includes('link')) client.track({ kind: 'list_item_clicked', ...event });
    }

    /** Report a list once half of a card has been in view for a second, with the cards that are. */
    #look(): void {
      const { ranking_id, surface } = this.#shown;
      if (this.#timer || !ranking_id || ranking_id === this.#reported || !this.#visible.size) return;
      this.#timer = window.setTimeout(() => {
        this.#timer = 0;
        const items = [...this.#cards].filter(([, card]) => this.#visible.has(card)).map(([item]) => item);
        if (ranking_id !== this.#shown.ranking_id || document.hidden) return this.#look();
        if (!items.length) return;
        this.#reported = ranking_id;
        client.track({ kind: 'ranking_shown', surface, ranking_id, items });
      }, SEEN_MS);
    }
  }

  customElements.define('riverfront-rail', Rail);
  listen();
  let of = client.visitor();
  client.onChange(() => {
    if (client.visitor() !== of) {
      of = client.visitor();
      listen();
    } else if (of) return;
    rails.forEach((rail) => void rail.load());
  });
}
