// Number formats of the operators' page.

import { decimal, locale } from './texts.js';

const numbers = new Map();

/** Format a number with `Intl`; each formatter is built once. */
function write(value, name, language, options) {
  if (!numbers.has(name)) numbers.set(name, new Intl.NumberFormat(language, { numberingSystem: 'latn', ...options }));
  return numbers.get(name).format(value);
}

// Units are words: they follow the page's language, while numbers follow the visitor's locale.
const quantity = (value, unit) => write(Math.max(0, Math.round(value)), unit, document.documentElement.lang, { style: 'unit', unit, unitDisplay: 'short' });
const PERCENT = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 };
const CHANGE = { ...PERCENT, signDisplay: 'exceptZero' };

/** Write a count or a rate: short, with separators. */
export function amount(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value >= 10_000) return `${decimal(value / 1000, 0)}k`;
  const digits = value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return decimal(value, digits);
}

/** Write milliseconds without the unit. */
export const ms = (value) => (value === null || value === undefined ? '–' : value < 9.95 ? decimal(value, 1) : amount(Math.round(value)));

/** Write a relative change with its sign. */
export const change = (value) => (value === null || value === undefined ? '–' : write(value, 'change', locale, CHANGE));

/** Write a share between 0 and 1. */
export const share = (value) => (value === null || value === undefined ? '–' : write(value, 'percent', locale, PERCENT));

/** Write a value between 0 and 1 as it is. */
export const fraction = (value) => (value === null || value === undefined ? '–' : decimal(value, 3));

export const megabytes = (bytes) => quantity(bytes / 2 ** 20, 'megabyte');

/** Write how long ago something was. */
export function ago(seconds) {
  if (seconds < 90) return quantity(seconds, 'second');
  return seconds < 5400 ? quantity(seconds / 60, 'minute') : quantity(seconds / 3600, 'hour');
}
