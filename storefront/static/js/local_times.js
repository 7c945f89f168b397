// Times in the visitor's own zone. The shop writes them in UTC, which is what pages show without scripts.

import { onPage } from './navigate.js';
import { locale } from './texts.js';

const formats = new Map();

/** Write a moment as the server does, in the browser's own zone. */
function write(moment, style) {
  if (!formats.has(style)) {
    formats.set(style, new Intl.DateTimeFormat(locale, { dateStyle: style, timeStyle: style, numberingSystem: 'latn' }));
  }
  return formats.get(style).format(moment);
}

onPage((main) => {
  for (const element of main.querySelectorAll('time[data-time]')) {
    element.textContent = write(new Date(element.dateTime), element.dataset.time);
  }
});
