// Items that the visitor has dismissed: no list and no suggestion shows them, however old it is, and whomever it was made for.

const form = document.querySelector('[data-dismissed]');

export const unwanted = new Set(form?.dataset.dismissed.split('\n'));
