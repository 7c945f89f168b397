// Addresses of the shop, below the path at which it is.
//
// Of a product's address, a part with slashes, backslashes or percent signs, or of dots, is written as on the server
// (storefront/web/rendering/one_segment.py): after an equals sign, each such letter as another one and its code.

const ODD = /[/\\%]|^=|^\.{1,2}$/;
const WRITTEN = /[/\\%=.]/g;
const PRODUCT = /^\/products\/([^/]+)$/;
const root = document.documentElement.dataset.root ?? '';

const codeOf = (sign) => `=${sign.charCodeAt(0).toString(16).toUpperCase()}`;
const segmentOf = (text) => (ODD.test(text) ? `=${text.replace(WRITTEN, codeOf)}` : text);

function textOf(segment) {
  if (!segment.startsWith('=')) return segment;
  const text = segment.slice(1).replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  return segmentOf(text) === segment ? text : segment;
}

/** The address of a path of the shop; any other address as it is. */
export const at = (path) => (path.startsWith('/') && !(root && path.startsWith(`${root}/`)) ? root + path : path);

/** The path in the shop of a URL (or a link); null if it leads elsewhere. */
export function pathOf({ origin, pathname }) {
  return origin === location.origin && pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : null;
}

/** The address of a product's page. */
export const productAddress = (item) => `${root}/products/${encodeURIComponent(segmentOf(item)).replaceAll('%3D', '=')}`;

/** The product of a link to a product's page; null for any other link. */
export function productOf(link) {
  const match = PRODUCT.exec(pathOf(link) ?? '');
  return match ? textOf(decodeURIComponent(match[1])) : null;
}
