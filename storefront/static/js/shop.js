// The shop's pages come alive here: each module has one purpose, this one only joins them.

import './account.js';
import './basket.js';
import './dismiss.js';
import './journey.js';
import './stars.js';
import { onPage, start } from './navigate.js';
import { adopt } from './rails.js';
import { countPage } from './views.js';

onPage((main, { askedAt }) => adopt(main, askedAt));
onPage((main, { isAgain }) => countPage(main, isAgain));
start();
