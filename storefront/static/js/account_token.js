// The token of the account that this document was made for; empty if nobody is signed in.

export const account = document.documentElement.dataset.account ?? '';
