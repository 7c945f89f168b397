// A line chart on a canvas: the last minutes, one or two lines, a grid of two values, and a readout under the pointer.

import { gettext as _, locale } from './texts.js';

const SPAN_SECONDS = 600;
const LABELS = 44;
const GAP_SECONDS = 5;

/** The next round number at or above a value: 1, 2 or 5 times a power of ten. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * 0.999);
}

export class Chart {
  #canvas;
  #readout;
  #write;
  #times = [];
  #lines = [];
  #pointer = null;

  /**
   * `write(values)` formats the values at one moment for the readout; `scale` formats one for the grid; `least` is the
   * lowest maximum of the grid.
   */
  constructor(canvas, readout, write, scale, least = 1) {
    this.least = least;
    this.#canvas = canvas;
    this.#readout = readout;
    this.#write = write;
    this.scale = scale;
    canvas.addEventListener('pointermove', (event) => { this.#pointer = event.offsetX; this.draw(); });
    canvas.addEventListener('pointerleave', () => { this.#pointer = null; this.draw(); });
    new ResizeObserver(() => this.draw()).observe(canvas);
    addEventListener('resize', () => this.draw());
  }

  /** `lines` is one array of values (null where unknown) for each line, the most important one first. */
  set(times, lines) {
    this.#times = times;
    this.#lines = lines;
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = width * ratio;
    this.#canvas.height = height * ratio;
    const pen = this.#canvas.getContext('2d');
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.#canvas);
    const colour = (name) => style.getPropertyValue(name);
    const end = this.#times.at(-1) ?? 0;
    const top = roundUp(Math.max(this.least, ...this.#lines.flat().filter((value) => value !== null)));
    const x = (time) => width - LABELS - ((end - time) / SPAN_SECONDS) * (width - LABELS);
    const y = (value) => height - 20 - (value / top) * (height - 30);

    pen.font = `11px ${style.fontFamily}`;
    pen.fillStyle = colour('--ink-quiet');
    pen.strokeStyle = colour('--line');
    pen.textBaseline = 'middle';
    for (const value of [0, top / 2, top]) {
      pen.beginPath();
      pen.moveTo(0, Math.round(y(value)) + 0.5);
      pen.lineTo(width - LABELS, Math.round(y(value)) + 0.5);
      pen.stroke();
      pen.fillText(this.scale(value), width - LABELS + 8, y(value));
    }
    pen.textBaseline = 'alphabetic';
    pen.fillText(_('10 min ago'), 0, height - 4);
    pen.textAlign = 'right';
    pen.fillText(_('now'), width - LABELS, height - 4);
    pen.textAlign = 'left';

    const inks = ['--ink', '--line-strong'];
    [...this.#lines.entries()].reverse().forEach(([index, values]) => {
      pen.strokeStyle = colour(inks[index]);
      pen.lineWidth = index ? 1 : 1.5;
      pen.lineJoin = 'round';
      pen.beginPath();
      let last = null;
      values.forEach((value, at) => {
        if (value === null) return;
        const time = this.#times[at];
        if (last === null || time - last > GAP_SECONDS) pen.moveTo(x(time), y(value));
        else pen.lineTo(x(time), y(value));
        last = time;
      });
      pen.stroke();
    });
    this.#point(pen, x, y, colour, height);
  }

  #point(pen, x, y, colour, height) {
    let at = this.#times.length - 1;
    if (this.#pointer !== null) {
      at = this.#times.reduce((best, time, index) => (Math.abs(x(time) - this.#pointer) < Math.abs(x(this.#times[best]) - this.#pointer) ? index : best), 0);
      pen.strokeStyle = colour('--line-strong');
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x(this.#times[at]), 6);
      pen.lineTo(x(this.#times[at]), height - 20);
      pen.stroke();
    }
    const values = this.#lines.map((line) => line[at] ?? null);
    if (at >= 0 && values[0] !== null) {
      pen.fillStyle = colour('--ink');
      pen.beginPath();
      pen.arc(x(this.#times[at]), y(values[0]), 2.5, 0, 7);
      pen.fill();
    }
    const moment = this.#pointer === null || at < 0 ? '' : `${new Date(this.#times[at] * 1000).toLocaleTimeString(locale)} · `;
    this.#readout.textContent = at < 0 ? '' : moment + this.#write(values);
  }
}
