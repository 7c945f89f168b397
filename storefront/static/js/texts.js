// The texts of the modules: English, unless the page brings another language's. `pybabel` collects the literals of
// `_()` and `ngettext()` here as it does in the templates, into one catalog (storefront/translations).

const block = document.querySelector('[data-texts]');
const { texts, plurals } = block ? JSON.parse(block.textContent) : { texts: {}, plurals: '' };

const fill = (text, values) => text.replace(/%(?:\((\w+)\)s|%)/g, (mark, name) => (name ? values[name] ?? '' : '%'));

/** Say something; `%(name)s` in it stands for `values.name`. */
export const gettext = (text, values = {}) => fill(texts[text] ?? text, values);

/** Say something of a number of things: `%(count)s` stands for the number, written as the visitor does. */
export function ngettext(one, many, number, values = {}) {
  const forms = texts[one] ?? [one, many];
  const form = plurals ? Number(plurals[number < 100 ? number : 100 + (number % 100)]) : Number(number !== 1);
  return fill(forms[form] ?? many, { count: decimal(number), ...values });
}

/** By whose habits numbers are written. */
export const locale = document.documentElement.dataset.locale ?? 'en-GB';
// Built once each: that costs more than the rest of a card. Western digits, as on the server's pages.
const formats = new Map();

/** Write a number, with a fixed count of digits after the point if one is given. */
export function decimal(number, digits) {
  if (!formats.has(digits)) {
    const options = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    formats.set(digits, new Intl.NumberFormat(locale, { numberingSystem: 'latn', ...options }));
  }
  return formats.get(digits).format(number);
}

const money = JSON.parse(document.getElementById('card')?.dataset.money ?? '{}');

/** Write a price in its currency's smallest unit, just as the server does: by the format that the page brings. */
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
