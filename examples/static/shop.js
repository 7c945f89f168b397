// A shop without a server of its own: what a page shows comes from products.json.

const products = await fetch('products.json').then((answer) => answer.json());
const price = (product) => product.price.toLocaleString('en-GB', { style: 'currency', currency: 'GBP' });

// The shop asks for consent and remembers the answer; Riverfront is told of it on each page.
const box = document.querySelector('[name=consent]');
box.checked = localStorage.getItem('consent') === 'yes';
box.addEventListener('change', () => {
  localStorage.setItem('consent', box.checked ? 'yes' : 'no');
  window.riverfront?.consent(box.checked);
});
window.riverfront?.consent(box.checked);

// The events of Google Analytics 4, as most shops have them: Riverfront reads them, too.
window.dataLayer ??= [];
const tell = (event, { item, title, price: value }) =>
  window.dataLayer.push({ event, ecommerce: { currency: 'GBP', items: [{ item_id: item, item_name: title, price: value, quantity: 1 }] } });

const list = document.querySelector('.products');
list?.append(
  ...products.map((product) => {
    const entry = document.createElement('li');
    const link = document.createElement('a');
    link.href = `product.html?item=${encodeURIComponent(product.item)}`;
    link.textContent = product.title;
    entry.append(link, ` ${price(product)}`);
    return entry;
  }),
);

const open = products.find(({ item }) => item === new URLSearchParams(location.search).get('item'));
if (open && !list) {
  document.title = `${open.title} – Hearth & Garden`;
  document.querySelector('h1').textContent = open.title;
  document.querySelector('.price').textContent = price(open);
  document.querySelector('.product button').addEventListener('click', () => tell('add_to_cart', open));
  tell('view_item', open);
}
