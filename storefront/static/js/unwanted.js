// Items that the visitor has dismissed in this document: no list and no suggestion shows them, however old it is.

export const unwanted = new Set();
