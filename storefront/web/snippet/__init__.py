"""``riverfront.js``: the tracker and the rail for pages of other shops."""
