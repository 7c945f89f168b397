// The search box: suggestions while typing, as an ARIA combobox with a list. Without this module it is a plain form.

import { at } from './addresses.js';
import { announce } from './announce.js';
import { SEARCH } from './contract.js';
import { onPage, open } from './navigate.js';
import { gettext as _, ngettext } from './texts.js';
import { unwanted } from './unwanted.js';

const WAIT_MS = 70;
const MOST_KEPT = 40;
const ADDRESS = at('/search/suggestions');
const SVG = 'http://www.w3.org/2000/svg';

const box = document.querySelector('[data-searcher]');
const input = box?.querySelector('input');
const form = box?.querySelector('form');
const list = document.createElement('ul');
const kept = new Map();
let timer = 0;
let asking = null;
let chosen = -1;
let typed = '';

const options = () => [...list.children];
const isOpen = () => !list.hidden;

function close() {
  list.hidden = true;
  chosen = -1;
  input.setAttribute('aria-expanded', 'false');
  input.removeAttribute('aria-activedescendant');
}

function stop() {
  clearTimeout(timer);
  asking?.abort();
  asking = null;
}

/** Select a suggestion by its index; -1 returns to what was typed. */
function choose(place) {
  const all = options();
  all[chosen]?.setAttribute('aria-selected', 'false');
  chosen = place;
  const option = all[place];
  if (!option) {
    input.removeAttribute('aria-activedescendant');
    input.value = typed;
    return;
  }
  option.setAttribute('aria-selected', 'true');
  option.scrollIntoView({ block: 'nearest' });
  input.setAttribute('aria-activedescendant', option.id);
  input.value = option.dataset.kind === 'words' ? option.dataset.text : typed;
}

function draw(offered) {
  const suggestions = offered.filter(({ item }) => !unwanted.has(item));
  list.replaceChildren(...suggestions.map(optionOf));
  chosen = -1;
  input.removeAttribute('aria-activedescendant');
  list.hidden = !suggestions.length;
  input.setAttribute('aria-expanded', String(isOpen()));
  announce(
    suggestions.length
      ? ngettext('%(count)s suggestion. Use the arrow keys.', '%(count)s suggestions. Use the arrow keys.', suggestions.length)
      : _('No suggestions'),
  );
}

function optionOf(suggestion, place) {
  const option = document.createElement('li');
  option.id = `suggestion-${place}`;
  option.role = 'option';
  option.setAttribute('aria-selected', 'false');
  option.dataset.kind = suggestion.kind;
  option.dataset.text = suggestion.text;
  const link = document.createElement('a');
  link.className = 'suggestion';
  link.href = suggestion.url;
  link.tabIndex = -1;
  const text = document.createElement('span');
  text.className = 'suggestion__text';
  text.append(...marked(suggestion.text, suggestion.marks ?? []));
  const note = document.createElement('span');
  note.className = 'suggestion__note';
  note.textContent = suggestion.note;
  link.append(suggestion.picture ? picture(suggestion.picture) : glass(), text, note);
  option.append(link);
  return option;
}

function picture(address) {
  const image = new Image(44, 44);
  image.alt = '';
  image.src = at(address);
  return image;
}

function glass() {
  const svg = box.querySelector('svg').cloneNode(true);
  svg.removeAttribute('class');
  return svg.namespaceURI === SVG ? svg : document.createElementNS(SVG, 'svg');
}

/** Split a text at its marks, which count code points, not UTF-16 units. */
function marked(text, marks) {
  const letters = [...text];
  const parts = [];
  let at = 0;
  for (const [start, end] of marks) {
    const mark = document.createElement('mark');
    mark.textContent = letters.slice(start, end).join('');
    parts.push(letters.slice(at, start).join(''), mark);
    at = end;
  }
  return [...parts, letters.slice(at).join('')];
}

async function suggest() {
  const query = typed.trim();
  if (!query) {
    close();
    return;
  }
  const controller = new AbortController();
  asking = controller;
  try {
    const suggestions = kept.get(query) ?? (await ask(query, controller.signal));
    if (controller.signal.aborted || document.activeElement !== input) return;
    draw(suggestions);
  } catch {
    // Aborted, or the shop does not answer: the box still works as a form.
  }
}

async function ask(query, signal) {
  const response = await fetch(`${ADDRESS}?${new URLSearchParams({ q: query })}`, { signal, headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`answer ${response.status}`);
  const { suggestions } = await response.json();
  kept.set(query, suggestions);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  return suggestions;
}

function onInput() {
  stop();
  typed = input.value;
  timer = setTimeout(suggest, WAIT_MS);
}

function onKey(event) {
  if (event.isComposing) return;
  const count = list.children.length;
  const open = isOpen() && count;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !open && typed.trim()) {
    event.preventDefault();
    stop();
    suggest();
  } else if (step && open) {
    event.preventDefault();
    const next = chosen + step;
    choose(next >= count ? -1 : next < -1 ? count - 1 : next);
  } else if (event.key === 'Escape' && open) {
    event.preventDefault();
    input.value = typed;
    close();
  } else if (event.key === 'Enter' && chosen >= 0) {
    event.preventDefault();
    options()[chosen].firstElementChild.click();
  } else if (event.key === 'Tab') {
    close();
  }
}

function submit(event) {
  event.preventDefault();
  stop();
  close();
  const query = input.value.trim();
  if (!query) {
    input.focus();
    return;
  }
  input.blur();
  open(`${form.action}?${new URLSearchParams({ q: query })}`);
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function start() {
  list.id = 'suggestions';
  list.className = 'searcher__list';
  list.role = 'listbox';
  list.hidden = true;
  list.setAttribute('aria-label', _('Suggestions'));
  list.dataset.surface = SEARCH;
  box.append(list);
  input.role = 'combobox';
  for (const [name, value] of [['autocomplete', 'list'], ['controls', list.id], ['expanded', 'false'], ['haspopup', 'listbox']]) {
    input.setAttribute(`aria-${name}`, value);
  }
  typed = input.value;
  input.addEventListener('input', onInput);
  input.addEventListener('keydown', onKey);
  input.addEventListener('focus', () => { if (typed.trim() && input.value !== document.getElementById('main').dataset.search) suggest(); });
  form.addEventListener('submit', submit);
  // Keep the focus in the box while a suggestion is pressed, so that the list stays until the click.
  list.addEventListener('pointerdown', (event) => { if (event.pointerType === 'mouse') event.preventDefault(); });
  list.addEventListener('click', () => { stop(); setTimeout(() => { close(); input.blur(); }); });
  document.addEventListener('pointerdown', (event) => { if (!box.contains(event.target)) close(); });
  box.addEventListener('focusout', (event) => { if (event.relatedTarget && !box.contains(event.relatedTarget)) close(); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  onPage((main) => {
    stop();
    close();
    typed = input.value = main.dataset.search ?? '';
  });
}

if (input) start();
