/** uPlot in the page's colours and language. The figures are in the table beside it, too. */

import uPlot from '../../vendor/uplot/dist/uPlot.esm.js';
import { formatter, language } from '../i18n.js';

const HEIGHT = 190;
const SHORT_SECONDS = 600;
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 4]];

/** One chart in one element, made anew when its lines, the colours or the language change. */
export class Chart {
  #element;
  #plot = null;
  #spec = null;
  #made = '';
  #resized;
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #recoloured = () => this.#make();

  /** @param {HTMLElement} element where it is drawn */
  constructor(element) {
    this.#element = element;
    this.#resized = new ResizeObserver(() => this.#fit());
    this.#resized.observe(element);
    this.#dark.addEventListener('change', this.#recoloured);
  }

  /**
   * @param {{xs: number[], lines: {label: string, values: (number|null)[]}[],
   *     tell: (value: number) => string, whole?: boolean}} spec times in seconds; whole: no fractions
   */
  show(spec) {
    this.#spec = spec;
    const lines = `${language()} ${spec.lines.map(({ label }) => label).join('|')}`;
    if (lines === this.#made && this.#plot) {
      this.#plot.setData(this.#data());
    } else {
      this.#made = lines;
      this.#make();
    }
  }

  /** Lets go of everything. */
  close() {
    this.#resized.disconnect();
    this.#dark.removeEventListener('change', this.#recoloured);
    this.#plot?.destroy();
    this.#plot = null;
  }

  #data() {
    return [this.#spec.xs, ...this.#spec.lines.map(({ values }) => values)];
  }

  #fit() {
    const width = this.#element.clientWidth;
    if (this.#plot && width && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #make() {
    if (!this.#spec) return;
    this.#plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const { tell, whole, lines } = this.#spec;
    const axis = {
      stroke: colour('--soft'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    const options = {
      width: this.#element.clientWidth || 300,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 8, 0, 0],
      scales: { y: { range: (plot, min, max) => [0, Math.max(max ?? 0, whole ? 4 : 1) * 1.1] } },
      axes: [
        { ...axis, space: 80, values: (plot, splits) => splits.map((at) => this.#clock(at)) },
        { ...axis, size: whole ? 48 : 78, incrs: whole ? WHOLE : SPANS, values: (plot, splits) => splits.map(tell) },
      ],
      series: [{}, ...lines.map((line, n) => this.#line(line, n, colour))],
    };
    this.#plot = new uPlot(options, this.#data(), this.#element);
  }

  #line({ label }, n, colour) {
    const stroke = colour(`--line-${(n % 5) + 1}`);
    return { label, stroke, width: 2, dash: DASHES[n % 5], spanGaps: false, points: { show: true, size: 4, fill: stroke } };
  }

  #clock(at) {
    const { xs } = this.#spec;
    const short = xs.length > 1 && xs.at(-1) - xs[0] < SHORT_SECONDS;
    const style = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(short ? { second: '2-digit' } : {}) };
    return formatter('DateTimeFormat', style).format(new Date(at * 1000));
  }
}

/** Steps between seconds, minutes and hours that people count in. */
const SPANS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400];

const WHOLE = [1, 2, 5].flatMap((step) => [1, 10, 100, 1000, 1e4, 1e5, 1e6].map((by) => step * by)).sort((a, b) => a - b);
