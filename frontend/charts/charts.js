// Charts of the class board. A file of its own, loaded there and nowhere else: an element draws what its `data-chart` says, as SVG that
// the style sheet colours, and draws it again where its width or its data changes. What it shows stands beside it in words and in a
// table, so the picture itself is nothing for screen readers.
import { BarChart, LineChart } from 'chartist';

/** A label needs so much room, in pixels. */
const LABEL = 72;

class ClassChart extends HTMLElement {
  static observedAttributes = ['data-chart'];

  connectedCallback() {
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.chart?.detach();
    this.chart = undefined;
  }

  attributeChangedCallback() {
    this.drawn = undefined;
    if (this.isConnected) this.draw();
  }

  draw() {
    const width = Math.round(this.clientWidth);
    if (width < 40 || this.drawn === width) return;
    this.drawn = width;
    const { kind, labels, series } = JSON.parse(this.dataset.chart);
    const every = Math.max(1, Math.ceil(labels.length / Math.max(1, Math.floor(width / LABEL))));
    const options = {
      height: '200px',
      low: 0,
      fullWidth: true,
      chartPadding: { top: 12, right: 16, bottom: 0, left: 0 },
      axisX: { showGrid: false, labelInterpolationFnc: (label, at) => (at % every === 0 ? label : null) },
      axisY: { onlyInteger: kind !== 'line', offset: 44 },
    };
    const [Chart, more] =
      kind === 'line'
        ? [LineChart, { showPoint: false, lineSmooth: false }]
        : [BarChart, { stackBars: series.length > 1 }];
    this.chart?.detach();
    this.chart = new Chart(this, { labels, series }, { ...options, ...more });
  }
}

customElements.define('class-chart', ClassChart);
