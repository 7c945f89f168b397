// Starts the modules of the shop's pages.

import './account.js';
import './basket.js';
import './connection.js';
import './dismissal.js';
import './drawer.js';
import './filters.js';
import './journey.js';
import './search.js';
import './stars.js';
import './local_times.js';
import './taste_picker.js';
import './tour.js';
import './why.js';
import './wishes.js';
import { beginPage as beginBuyBar } from './buy_bar.js';
import { onPage, start } from './navigate.js';
import { adopt } from './rails.js';
import { whenShown } from './prerender.js';
import { beginPage } from './reviews.js';
import { countPage } from './views.js';

onPage((main, { askedAt }) => adopt(main, askedAt));
onPage((main, { isRevisit }) => countPage(main, isRevisit));
onPage((main) => beginPage(main));
onPage((main) => beginBuyBar(main));
whenShown(start);
