/** Events in the product's own fields. What other systems write, GA4, Segment and others, is sent as they write it. */

export type EventKind =
  | "cart_item_added"
  | "cart_item_removed"
  | "item_dismissed"
  | "item_forgotten"
  | "item_liked"
  | "item_purchased"
  | "item_rated"
  | "item_refunded"
  | "item_unwished"
  | "item_viewed"
  | "item_wished"
  | "list_item_clicked"
  | "preferences_changed"
  | "ranking_shown"
  | "reasons_requested"
  | "searched"
  | "taste_reset"
  | "visitor_identified";

/** What a visitor did. */
export interface Event {
  kind: EventKind;
  visitor: string;
  /** Yours: the event counts once by it and its visitor. */
  event_id?: string;
  /** Unix seconds; now if it is left out. */
  occurred_at?: number;
  /** Of the list that led to it, as `ranking_id`. */
  surface?: string;
  ranking_id?: string;
  /** A keyed digest of the shopper's network, to have events count by network, too. */
  network?: string;
  item?: string;
  /** What was shown of a list, in order. */
  items?: readonly string[];
  variant?: string;
  quantity?: number;
  /** Of one, in the smallest unit of the currency. */
  price?: number;
  order?: string;
  /** From 1 to 5. */
  stars?: number;
  query?: string;
  /** The visitor who this one turned out to be. */
  account?: string;
  categories?: readonly string[];
  colours?: readonly string[];
  min_price?: number;
  max_price?: number;
}

/** An event as another system writes it. */
export type ForeignEvent = Readonly<Record<string, unknown>> & { readonly kind?: never };

export type AnyEvent = Event | ForeignEvent;
