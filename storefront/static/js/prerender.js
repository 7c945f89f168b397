// A browser may prerender a page that the visitor never sees, from its address bar for instance. Such a page opens no
// connection and counts nothing until it is shown.

export function whenShown(work) {
  if (document.prerendering) document.addEventListener('prerenderingchange', work, { once: true });
  else work();
}
