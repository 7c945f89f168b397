// The one place where text becomes elements: the browser refuses every other (Trusted Types). Only whole pages of this
// shop, just fetched from it, come here; the parser runs no scripts.

const policy = globalThis.trustedTypes?.createPolicy('riverfront', { createHTML: (text) => text });

export function parsePage(text) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
}
