// How the operators' page writes numbers.

/** Write a count or a rate: short, with separators. */
export function amount(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value >= 10_000) return `${(value / 1000).toLocaleString('en-GB', { maximumFractionDigits: 0 })}k`;
  const digits = value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Write milliseconds without the unit. */
export const ms = (value) => (value === null || value === undefined ? '–' : value < 9.95 ? value.toFixed(1) : amount(Math.round(value)));

/** Write a share between 0 and 1. */
export const share = (value) => (value === null || value === undefined ? '–' : `${(value * 100).toFixed(1)} %`);

/** Write a value between 0 and 1 as it is. */
export const fraction = (value) => (value === null || value === undefined ? '–' : value.toFixed(3));

export const megabytes = (bytes) => `${amount(Math.round(bytes / 2 ** 20))} MB`;

/** Write how long ago something was. */
export function ago(seconds) {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
