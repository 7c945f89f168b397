// The only place where text is parsed to elements: the browser refuses any other (Trusted Types). It only parses whole
// pages, just fetched from this shop, and runs no scripts.

const policy = globalThis.trustedTypes?.createPolicy('riverfront', { createHTML: (text) => text });

export function parsePage(text) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
}
