// What the laboratory draws, on plain canvases. The book's colours are read from its style sheet, light or dark.

const MARGIN = {left: 38, right: 8, top: 12, bottom: 34}; // as much across as up, so that a square stays one;

/** A canvas with named axes; `view` is what it shows: {left, right, bottom, top} in the units of the axes. */
class Plane {
  constructor(canvas, across, up) {
    Object.assign(this, {canvas, across, up, pen: canvas.getContext('2d')});
  }

  begin(view) {
    const {canvas, pen} = this, ratio = window.devicePixelRatio || 1;
    this.view = view;
    [this.width, this.height] = [canvas.clientWidth, canvas.clientHeight];
    [canvas.width, canvas.height] = [this.width * ratio, this.height * ratio];
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = '12px system-ui, sans-serif';
    this.axes();
    pen.beginPath();
    pen.rect(MARGIN.left, MARGIN.top, this.width - MARGIN.left - MARGIN.right, this.height - MARGIN.top - MARGIN.bottom);
    pen.save();
    pen.clip();
  }

  end() { this.pen.restore(); }

  /** What a colour of the style sheet is here, light or dark. */
  color(name) {
    this.canvas.style.color = `var(--${name})`;
    return getComputedStyle(this.canvas).color;
  }

  x(value) {
    return MARGIN.left + (value - this.view.left) / (this.view.right - this.view.left)
      * (this.width - MARGIN.left - MARGIN.right);
  }

  y(value) {
    return this.height - MARGIN.bottom - (value - this.view.bottom) / (this.view.top - this.view.bottom)
      * (this.height - MARGIN.top - MARGIN.bottom);
  }

  /** The point under the pointer. */
  at(event) {
    const place = this.canvas.getBoundingClientRect(), {left, right, bottom, top} = this.view;
    return {
      x: left + (event.clientX - place.left - MARGIN.left) / (place.width - MARGIN.left - MARGIN.right) * (right - left),
      y: top - (event.clientY - place.top - MARGIN.top) / (place.height - MARGIN.top - MARGIN.bottom) * (top - bottom),
    };
  }

  axes() {
    const {pen, view} = this;
    pen.fillStyle = this.color('text');
    pen.strokeStyle = this.color('line');
    pen.textAlign = 'center';
    for (const value of ticks(view.left, view.right)) {
      this.stroke([[value, view.bottom], [value, view.top]]);
      pen.fillText(named(value), this.x(value), this.height - MARGIN.bottom + 14);
    }
    pen.fillText(this.across, (MARGIN.left + this.width) / 2, this.height - 5);
    pen.textAlign = 'right';
    for (const value of ticks(view.bottom, view.top)) {
      this.stroke([[view.left, value], [view.right, value]]);
      pen.fillText(named(value), MARGIN.left - 4, this.y(value) + 4);
    }
    pen.save();
    pen.translate(11, (this.height - MARGIN.bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = 'center';
    pen.fillText(this.up, 0, 0);
    pen.restore();
  }

  stroke(points) {
    this.pen.beginPath();
    for (const [x, y] of points) this.pen.lineTo(this.x(x), this.y(y));
    this.pen.stroke();
  }

  /** x, y, x, y, …: a disc for each of an even class, a square for each of an odd one, which is told without colours. */
  points(xy, classes, colors, size = 4) {
    for (let i = 0; i < xy.length / 2; i++) {
      const kind = classes ? classes[i] : 0, [x, y] = [this.x(xy[2 * i]), this.y(xy[2 * i + 1])];
      this.pen.fillStyle = colors[kind % colors.length];
      this.pen.beginPath();
      if (kind % 2 === 0) this.pen.arc(x, y, size / 2, 0, 7);
      else this.pen.rect(x - size / 2, y - size / 2, size, size);
      this.pen.fill();
    }
  }

  /** Lines of so many points each: the first half of them in one colour, the second, thinner, in the other. */
  grid(xy, perLine, colors) {
    const half = xy.length / 4;
    for (let from = 0; from < xy.length / 2; from += perLine) {
      this.pen.strokeStyle = colors[from < half ? 0 : 1];
      this.pen.lineWidth = from < half ? 1.6 : 1;
      this.stroke(Array.from({length: perLine}, (_, i) => [xy[2 * (from + i)], xy[2 * (from + i) + 1]]));
    }
    this.pen.lineWidth = 1;
  }

  /** Values of size × size squares from the top left, each from 0, the ground, to 1. */
  squares(size, value) {
    const [ground, deep] = ['ground', 'deep'].map(name => rgb(this.color(name)));
    const image = new ImageData(size, size);
    for (let i = 0; i < size * size; i++) {
      const v = Math.sqrt(Math.min(1, value(i))); // so that thin tails are seen too
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = ground[c] + v * (deep[c] - ground[c]);
      image.data[4 * i + 3] = 255;
    }
    const small = new OffscreenCanvas(size, size);
    small.getContext('2d').putImageData(image, 0, 0);
    const {left, right, bottom, top} = this.view;
    this.pen.drawImage(small, this.x(left), this.y(top), this.x(right) - this.x(left), this.y(bottom) - this.y(top));
  }

  cross(x, y) {
    const [a, b] = [this.x(x), this.y(y)];
    for (const [color, width] of [['ground', 5], ['text', 2]]) {
      this.pen.strokeStyle = this.color(color);
      this.pen.lineWidth = width;
      this.pen.beginPath();
      for (const [dx, dy] of [[8, 0], [0, 8]]) {
        this.pen.moveTo(a - dx, b - dy);
        this.pen.lineTo(a + dx, b + dy);
      }
      this.pen.stroke();
    }
    this.pen.lineWidth = 1;
  }

  /** A level line with its name; `place` counts the names that stand there already. */
  level(value, name, place) {
    const {pen, view} = this;
    pen.strokeStyle = pen.fillStyle = this.color('text');
    pen.setLineDash([[], [6, 4], [2, 3]][place % 3]);
    this.stroke([[view.left, value], [view.right, value]]);
    pen.setLineDash([]);
    pen.textAlign = 'right';
    pen.fillText(name, this.width - MARGIN.right - 4, this.y(value) - 4);
  }
}

function ticks(from, to) {
  const rough = (to - from) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough);
  const found = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) found.push(i * step);
  return found;
}

function named(value) { return String(Number(value.toPrecision(6))).replace('-', '−'); }

function rgb(color) { return color.match(/\d+/g).map(Number); }
