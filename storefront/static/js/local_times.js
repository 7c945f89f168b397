// Shows times in the visitor's time zone. Without scripts they are in UTC.

import { onPage } from './navigate.js';
import { locale } from './texts.js';

const formats = new Map();

/** Format a time as the server does, in the browser's time zone. */
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
