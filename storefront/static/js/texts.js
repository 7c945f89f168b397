// The texts of the modules: English, unless the page brings another language's. `pybabel` collects the literals of
// `_()` and `ngettext()` here as it does in the templates, into one catalog (storefront/translations).

const block = document.querySelector('[data-texts]');
const { texts, plurals } = block ? JSON.parse(block.textContent) : { texts: {}, plurals: '' };

const fill = (text, values) => text.replace(/%(?:\((\w+)\)s|%)/g, (mark, name) => (name ? values[name] ?? '' : '%'));

/** Translate a text and fill in `%(name)s` with `values.name`. */
export const gettext = (text, values = {}) => fill(texts[text] ?? text, values);

/** Translate a text with a plural; `%(count)s` is the number, formatted for the locale. */
export function ngettext(one, many, number, values = {}) {
  const forms = texts[one] ?? [one, many];
  const form = plurals ? Number(plurals[number < 100 ? number : 100 + (number % 100)]) : Number(number !== 1);
  return fill(forms[form] ?? many, { count: decimal(number), ...values });
}

/** The locale of numbers, dates and prices. */
export const locale = document.documentElement.dataset.locale ?? 'en-GB';
// Each is built once: that costs more than the rest of a card. Western digits, as on the server.
const formats = new Map();

/** Format a number, with a fixed number of decimals if given. */
export function decimal(number, digits) {
  if (!formats.has(digits)) {
    const options = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    formats.set(digits, new Intl.NumberFormat(locale, { numberingSystem: 'latn', ...options }));
  }
  return formats.get(digits).format(number);
}

const money = JSON.parse(document.getElementById('card')?.dataset.money ?? '{}');

/** Format a price, given in its currency's smallest unit, exactly as the server does. */
export function price(amount, currency) {
  const format = money[currency];
  if (!format) return new Intl.NumberFormat(locale, { style: 'currency', currency, numberingSystem: 'latn' }).format(amount / 100);
  const [last, others] = format.groups;
  const digits = String(amount).padStart(format.digits + 1, '0');
  let whole = digits.slice(0, digits.length - format.digits);
  const rest = digits.slice(digits.length - format.digits);
  const parts = [whole.slice(-last)];
  for (whole = whole.slice(0, -last); whole; whole = whole.slice(0, -others)) parts.unshift(whole.slice(-others));
  return `${format.prefix}${parts.join(format.group)}${rest && format.point}${rest}${format.suffix}`;
}
