// What the laboratory draws, on plain canvases, in the colours of the book's style sheet, light or dark.

const MARGIN = {left: 38, right: 14, top: 18, bottom: 34}, ACROSS = 52; // so much up too: a square stays one

/** A canvas with named axes; `view` is what it shows: {left, right, bottom, top} in the units of the axes. */
class Plane {
  constructor(canvas, across, up) { Object.assign(this, {canvas, across, up, pen: canvas.getContext('2d')}); }

  /** Clears it, draws the axes and keeps what follows inside them, until the pen is restored. */
  begin(view) {
    const {canvas, pen} = this, ratio = window.devicePixelRatio || 1;
    Object.assign(this, {view, width: canvas.clientWidth, height: canvas.clientHeight});
    [canvas.width, canvas.height] = [this.width * ratio, this.height * ratio];
    pen.scale(ratio, ratio);
    pen.font = '12px system-ui, sans-serif';
    this.axes();
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, MARGIN.top, this.width - ACROSS, this.height - ACROSS);
    pen.clip();
  }

  /** What a colour of the style sheet is here. */
  color(name) {
    this.canvas.style.color = `var(--${name})`;
    return getComputedStyle(this.canvas).color;
  }

  x(value, {left, right} = this.view) { return MARGIN.left + (value - left) / (right - left) * (this.width - ACROSS); }
  y(value, {bottom, top} = this.view) { return MARGIN.top + (top - value) / (top - bottom) * (this.height - ACROSS); }

  /** The point under the pointer. */
  at({clientX, clientY}) {
    const place = this.canvas.getBoundingClientRect(), {left, right, bottom, top} = this.view;
    return {x: left + (clientX - place.left - MARGIN.left) / (this.width - ACROSS) * (right - left),
      y: top - (clientY - place.top - MARGIN.top) / (this.height - ACROSS) * (top - bottom)};
  }

  axes() {
    const {pen, view: {left, right, bottom, top}} = this;
    pen.fillStyle = this.color('text');
    pen.strokeStyle = this.color('line');
    pen.textAlign = 'center';
    for (const value of ticks(left, right)) {
      this.stroke([[value, bottom], [value, top]]);
      pen.fillText(named(value), this.x(value), this.height - MARGIN.bottom + 14);
    }
    pen.fillText(this.across, (MARGIN.left + this.width) / 2, this.height - 5);
    pen.textAlign = 'right';
    for (const value of ticks(bottom, top)) {
      this.stroke([[left, value], [right, value]]);
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

  /** x, y, x, y, …: discs for even classes, squares for odd ones, told apart without colours. */
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
    for (let from = 0; from < xy.length / 2; from += perLine) {
      const second = from >= xy.length / 4;
      Object.assign(this.pen, {strokeStyle: colors[Number(second)], lineWidth: second ? 1 : 1.6});
      this.stroke(Array.from({length: perLine}, (_, i) => [xy[2 * (from + i)], xy[2 * (from + i) + 1]]));
    }
  }

  /** size × size squares from the top left: 0 is the ground; by roots, so that thin tails are seen. */
  squares(size, value) {
    const [ground, deep] = ['ground', 'deep'].map(name => this.color(name).match(/\d+/g).map(Number));
    const image = new ImageData(size, size), small = new OffscreenCanvas(size, size);
    for (let i = 0; i < size * size; i++) {
      const root = Math.sqrt(value(i));
      image.data.set([...ground.map((g, c) => g + root * (deep[c] - g)), 255], 4 * i);
    }
    small.getContext('2d').putImageData(image, 0, 0);
    const {left, right, bottom, top} = this.view;
    this.pen.drawImage(small, this.x(left), this.y(top), this.x(right) - this.x(left), this.y(bottom) - this.y(top));
  }

  cross(x, y) {
    Object.assign(this.pen, {strokeStyle: this.color('text'), lineWidth: 2});
    this.pen.stroke(new Path2D(`M${this.x(x) - 9} ${this.y(y)}h18m-9 -9v18`));
  }

  /** A level line with its name; the third has it below, since it may be close to the second. */
  level(value, name, place) {
    const {pen, view} = this;
    pen.strokeStyle = pen.fillStyle = this.color('text');
    pen.setLineDash([[], [6, 4], [2, 3]][place]);
    this.stroke([[view.left, value], [view.right, value]]);
    pen.textAlign = 'right';
    pen.fillText(name, this.width - MARGIN.right - 4, this.y(value) + (place === 2 ? 13 : -4));
  }
}

function ticks(from, to) {
  const rough = (to - from) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough), first = Math.ceil(from / step);
  return Array.from({length: Math.floor(to / step) - first + 1}, (_, i) => (first + i) * step);
}

function named(value) { return String(Number(value.toPrecision(6))).replace('-', '−'); }
