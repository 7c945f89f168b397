// How the operators' page writes numbers.

import { decimal, gettext as _ } from './texts.js';

/** Write a count or a rate: short, with separators. */
export function amount(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value >= 10_000) return `${decimal(value / 1000, 0)}k`;
  const digits = value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return decimal(value, digits);
}

/** Write milliseconds without the unit. */
export const ms = (value) => (value === null || value === undefined ? '–' : value < 9.95 ? decimal(value, 1) : amount(Math.round(value)));

/** Write a share between 0 and 1. */
export const share = (value) => (value === null || value === undefined ? '–' : `${decimal(value * 100, 1)}%`);

/** Write a value between 0 and 1 as it is. */
export const fraction = (value) => (value === null || value === undefined ? '–' : decimal(value, 3));

export const megabytes = (bytes) => `${amount(Math.round(bytes / 2 ** 20))} MB`;

/** Write how long ago something was. */
export function ago(seconds) {
  if (seconds < 90) return _('%(count)s s', { count: Math.max(0, Math.round(seconds)) });
  if (seconds < 5400) return _('%(count)s min', { count: Math.round(seconds / 60) });
  return _('%(count)s h', { count: Math.round(seconds / 3600) });
}
