// The mark of the account that this document was made for; empty for somebody who is not signed in.

export const account = document.documentElement.dataset.account ?? '';
