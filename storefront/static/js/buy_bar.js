// The bar with which a phone buys what the page is about, once the form for that has been scrolled away.

let observer = null;

export function beginPage(main) {
  observer?.disconnect();
  const bar = main.querySelector('[data-buy-bar]');
  if (!bar) return;
  observer = new IntersectionObserver(([entry]) => {
    bar.hidden = entry.isIntersecting || entry.boundingClientRect.top > 0;
  });
  observer.observe(document.getElementById('buy'));
}
