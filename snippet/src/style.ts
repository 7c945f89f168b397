/** How a rail looks by itself: in the page's own colors and font. Pages style its parts by `::part()`. */

export const STYLE = `
:host { display: block; container-type: inline-size; }
:host(:not([filled])) [part=list] { display: none; }
:host([filled]) slot:not([name]) { display: none; }
[part=list] { display: grid; grid-auto-flow: column; grid-auto-columns: clamp(9rem, 30cqi, 12rem); gap: .75rem; margin: .5rem 0 0;
  padding: .25rem; overflow-x: auto; list-style: none; scroll-snap-type: x proximity; }
[part=card] { position: relative; display: flex; flex-direction: column; scroll-snap-align: start; border-radius: .5rem; padding: .75rem;
  border: 1px solid color-mix(in srgb, currentcolor 18%, transparent); background: color-mix(in srgb, currentcolor 3%, transparent); }
[part=link] { color: inherit; text-decoration: none; display: flex; flex-direction: column; gap: .25rem; }
[part=link]:hover [part=title], [part=link]:focus-visible [part=title] { text-decoration: underline; }
[part=picture] { inline-size: 100%; aspect-ratio: 1; object-fit: contain; }
[part=title] { font-weight: 600; padding-inline-end: 1.5rem; overflow-wrap: anywhere; }
[part=reason] { margin: .5rem 0 0; font-size: .85em; opacity: .8; overflow-wrap: anywhere; }
[part=dismiss] { position: absolute; inset-block-start: .25rem; inset-inline-end: .25rem; inline-size: 1.75rem; block-size: 1.75rem;
  border: 0; border-radius: 50%; background: none; color: inherit; font: inherit; cursor: pointer; }
[part=dismiss]:hover, [part=dismiss]:focus-visible { background: color-mix(in srgb, currentcolor 12%, transparent); }
[hidden] { display: none; }
`
  .replace(/\n\s*/g, '')
  .trim();
