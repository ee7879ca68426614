// The page's side of the laboratory. Each <div class="laboratory"> says in data-panels and data-controls what it shows,
// and in data-set, as JSON, how it starts; what it holds before is for browsers that are too old.

const GC_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 95, 1, 120, 0); // one type, a struct
const FEWEST = 20, LATEST = 50, SPOKEN_EVERY = 5000; // points drawn by hand; losses in the mean; milliseconds
const CLASSES = ['outer', 'inner'];
const SHAPES = {moons: 'two moons', rings: 'four rings', spirals: 'two spirals', board: 'checkerboard',
  drawn: 'drawn by hand'};
const SOURCES = {moons: 'TwoMoons(0.05)', rings: 'Rings(4, 0.08)', spirals: 'Spirals(0.1)', board: 'Checkerboard()'};
const BOXES = {moons: {x: 0.5, y: 0.25, half: 2}, drawn: {x: 0, y: 0, half: 3}, other: {x: 0, y: 0, half: 4.5}};
const SIMPLE = {shape: 'moons', couplings: 4, width: 16, rate: 0.005, batch: 128, seed: 1};
const CONTROLS = {shape: ['Points', Object.keys(SHAPES)], couplings: ['Couplings', [1, 2, 3, 4, 6, 8, 12]],
  width: ['Width', [4, 8, 16, 32, 64]], rate: ['Learning rate', [0.0003, 0.001, 0.003, 0.005, 0.01, 0.03, 0.1]],
  batch: ['Batch', [32, 64, 128, 256, 512]], seed: ['Seed']};
const KEYS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Enter: [0, 0]};
const DATA = ['x₁ (data)', 'x₂ (data)'];
const PANELS = {data: DATA, density: DATA, latent: ['z₁', 'z₂'], back: DATA, loss: ['step', 'loss (nats)']};
const CAPTIONS = {data: '<b>●</b> <b>■</b> data, small and grey: drawn from the flow.',
  loss: 'Loss of each batch, before its step, and what is known before training.'};

class Laboratory {
  constructor(place) {
    const {controls, panels, set} = place.dataset;
    this.settings = {...SIMPLE, ...JSON.parse(set)};
    Object.assign(this, {place, drawn: []});
    place.innerHTML = page(controls.split(' '), panels.split(' '), this.settings);
    this.planes = Object.fromEntries([...place.querySelectorAll('canvas')].map(canvas =>
      [canvas.dataset.panel, new Plane(canvas, ...PANELS[canvas.dataset.panel])]));
    const code = new Blob([laboratoryParts.runtime, laboratoryParts.worker], {type: 'text/javascript'});
    this.worker = new Worker(URL.createObjectURL(code));
    this.worker.onmessage = ({data}) => this[data.type](data);
    this.ask('load', {wasm: laboratoryParts.wasm});
    this.listen();
    this.reset();
  }

  ask(type, what = {}) { this.worker.postMessage({type, ...what}); }
  find(selector) { return this.place.querySelector(selector); }
  say(text) { this.find('.say').textContent = text; }

  listen() {
    const press = {run: () => this.run(!this.running), reset: () => this.reset(),
      more: () => this.run(true, 100), step: () => this.run(true, 1)};
    this.place.querySelectorAll('button').forEach(button => { button.onclick = press[button.name]; });
    this.find('.settings').onchange = ({target}) => {
      if (!target.checkValidity()) return this.say(`${target.validationMessage} (seed ${target.value})`);
      this.settings[target.name] = target.name === 'shape' ? target.value : Number(target.value);
      if (target.name === 'shape') this.drawn = [];
      this.reset();
    };
    this.find('.layer').oninput = ({target}) => {
      this.layer = Number(target.value);
      this.ask('layer', {layer: this.layer});
      this.look(true);
    };
    for (const [name, plane] of Object.entries(this.planes).filter(([panel]) => panel !== 'loss')) {
      plane.canvas.onpointermove = event => this.point(name, plane.at(event), event.buttons === 1);
      plane.canvas.onpointerdown = event => this.point(name, plane.at(event), true);
      plane.canvas.onkeydown = event => this.key(name, event);
    }
    new ResizeObserver(() => this.draw()).observe(this.place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    new MutationObserver(() => this.draw()).observe(document.documentElement, {attributeFilter: ['data-theme']});
  }

  /** Begins anew with the settings as they are. */
  reset() {
    const {shape, couplings} = this.settings, drawn = shape === 'drawn';
    Object.assign(this, {losses: [], made: undefined, probe: undefined, layer: couplings, steps: 0, speed: 0,
      box: BOXES[shape] ?? BOXES.other, began: false});
    Object.assign(this.find('.layer input'), {max: couplings, value: couplings});
    this.planes.data?.canvas.classList.toggle('drawable', drawn);
    this.show(false);
    this.say(!drawn ? '' : `Draw at least ${FEWEST} points in the first picture, with mouse or finger, or with the `
      + 'arrow keys and Enter. Then press Start.');
    if (!drawn) this.begin();
    this.draw();
  }

  begin() {
    this.began = true;
    this.ask('begin', {...this.settings, drawn: Float32Array.from(this.drawn), box: this.box, layer: this.layer});
    this.look(true);
  }

  /** Whether there is something to train on. */
  ready() {
    const enough = this.drawn.length >= 2 * FEWEST;
    if (!this.began && enough) this.begin();
    this.say(this.began ? '' : `${this.drawn.length / 2} points are too few: draw at least ${FEWEST}.`);
    return this.began;
  }

  /** Trains or pauses; with a number, so many steps more. */
  run(on, more) {
    if (!this.ready()) return;
    this.since = {steps: this.steps, time: performance.now()};
    this.show(on);
    this.ask('run', {on, more});
    this.look();
  }

  /** Asks for a picture, one at a time; a new one at once where the old one would show something else. */
  look(another = false) {
    this.again = this.waiting && !another;
    if (this.again || !this.began) return;
    this.waiting = true;
    this.ask('picture', {size: 64});
  }

  show(running) {
    this.running = running;
    this.find('button[name=run]').textContent = running ? 'Pause' : 'Start';
  }

  // --- what the worker answers ---

  loaded({state}) { this.place.dataset.state = state; }
  data({points, labels}) { Object.assign(this, {points, labels}); }
  trained() { }

  picture(made) {
    Object.assign(this, {made, steps: made.steps, waiting: false});
    this.losses.push(...made.losses);
    if (this.running) this.speed = (this.steps - this.since.steps) / (performance.now() - this.since.time) * 1000;
    this.draw();
    this.report();
    if (this.running || this.again) requestAnimationFrame(() => this.look());
  }

  stopped({message}) {
    this.show(false);
    this.waiting = false;
    this.say(message);
    if (this.place.dataset.state) this.look();
  }

  at({x, z, here, logProb, logDet, truth}) {
    Object.assign(this, {probe: {x: x[0], y: x[1], here}, asking: false});
    this.find('.probe').textContent = `x = (${fixed(x[0])}, ${fixed(x[1])}), z = (${fixed(z[0])}, ${fixed(z[1])}), `
      + `log p = ${fixed(logProb)}, log |det J| = ${fixed(logDet)}`
      + (Number.isNaN(truth) ? '' : `, true log p = ${Number.isFinite(truth) ? fixed(truth) : '−∞'}`);
    this.draw();
  }

  // --- the reader's pointer and keys ---

  point(name, {x, y}, pressed) {
    if (name === 'data' && pressed && this.settings.shape === 'drawn') {
      if (this.began) this.reset();
      for (let i = 0; i < 3; i++) this.drawn.push(...[x, y].map(v => v + 0.25 * (Math.random() + Math.random() - 1)));
      this.say(`${this.drawn.length / 2} points drawn.`);
      this.draw();
    } else if (this.began && !this.asking) {
      this.asking = true;
      this.ask('at', {x, y, ofLatent: name === 'latent'});
    }
  }

  key(name, event) {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    const here = this.probe?.here, at = name === 'latent' && here ? {x: here[0], y: here[1]} : this.probe ?? this.box;
    const to = {x: at.x + step[0] * this.box.half / 20, y: at.y + step[1] * this.box.half / 20};
    if (name !== 'latent') this.probe = {...to, here};
    this.point(name, to, event.key === 'Enter');
    this.draw();
  }

  // --- pictures and words ---

  paint(name, view, what) {
    const plane = this.planes[name];
    if (!plane) return;
    plane.begin(view);
    what(plane, color => plane.color(color));
    if (this.probe && name !== 'latent' && name !== 'loss') plane.cross(this.probe.x, this.probe.y);
    plane.pen.restore();
  }

  draw() {
    const {made, box, labels, began} = this, {couplings} = this.settings, data = around(box);
    this.paint('data', data, (plane, color) => {
      if (made) plane.points(made.samples, undefined, [color('sample')], 2.5);
      plane.points(began ? this.points ?? [] : this.drawn, labels, CLASSES.map(color));
    });
    if (!made) return Object.keys(PANELS).slice(1).forEach(name => this.paint(name, data, () => { }));
    const peak = made.density.reduce((a, b) => Math.max(a, b)), mix = (a, b) => a + made.layer / couplings * (b - a);
    this.paint('density', data, plane => plane.squares(made.size, i => Math.exp(made.density[i] - peak)));
    this.paint('latent', around({x: mix(box.x, 0), y: mix(box.y, 0), half: mix(box.half, 4)}), (plane, color) => {
      plane.grid(made.forward, made.perLine, ['line', 'line'].map(color));
      plane.points(made.latent, labels, CLASSES.map(color));
      if (this.probe?.here) plane.cross(...this.probe.here);
    });
    this.paint('back', data, (plane, color) => plane.grid(made.back, made.perLine, CLASSES.map(color)));
    this.drawLoss();
    const layer = `layer ${made.layer} of ${couplings}`;
    this.caption('density', `Density of the flow. The deepest colour is p = ${fixed(Math.exp(peak))}.`);
    this.caption('latent', `The data after ${layer}, and where a square grid of the data went.`);
    this.caption('back', `A square grid after ${layer}, taken back to the data.`);
    this.find('.layer output').textContent = layer;
  }

  drawLoss() {
    const {losses} = this, floors = Object.entries(laboratoryFloors[this.settings.shape] ?? {});
    const values = [...floors.map(([, value]) => value), ...losses.slice(0, 1), ...losses.slice(-LATEST), 1];
    const low = Math.min(...values), high = Math.max(...values), room = 0.08 * (high - low);
    const view = {left: 0, right: Math.max(100, losses.length), bottom: low - room, top: high + room};
    this.paint('loss', view, (plane, color) => {
      plane.pen.strokeStyle = color('outer');
      const stride = Math.ceil(losses.length / plane.width), means = [];
      for (let i = 0; i < losses.length; i += stride) means.push([i + 1, mean(losses.slice(i, i + stride))]);
      plane.stroke(means);
      floors.forEach(([name, value], place) => plane.level(value, `${name} ${value.toFixed(4)}`, place));
    });
  }

  report() {
    const {losses, settings, steps} = this, entropy = laboratoryFloors[settings.shape]?.entropy;
    const latest = losses.slice(-LATEST), m = mean(latest);
    const error = Math.sqrt(mean(latest.map(loss => (loss - m) ** 2)) / latest.length);
    const numbers = `Step ${steps}` + (steps === 0 ? '.' : `: loss ${losses.at(-1).toFixed(4)}, mean of the last `
      + `${latest.length} ${m.toFixed(3)} ± ${error.toFixed(3)}`
      + (entropy === undefined ? '' : `, ${(m - entropy).toFixed(3)} nats above the truth`)
      + (this.running ? `; ${this.speed.toFixed(0)} steps a second` : ''));
    this.find('.loss').textContent = numbers;
    if (!this.running || !(performance.now() - this.spoken < SPOKEN_EVERY)) {
      this.find('.spoken').textContent = numbers;
      this.spoken = performance.now();
    }
    this.find('details pre').textContent = inJava(settings, steps, losses.at(-1), this.made.fingerprint);
  }

  caption(name, text) {
    const canvas = this.planes[name]?.canvas;
    if (!canvas) return;
    canvas.nextElementSibling.textContent = text;
    canvas.setAttribute('aria-label', text);
  }
}

function page(controls, panels, settings) {
  const field = name => {
    const [label, values] = CONTROLS[name], now = settings[name];
    const option = value => `<option value="${value}" ${value === now ? 'selected' : ''}>${SHAPES[value] ?? value}`;
    return `<label>${label}${values ? `<select name="${name}">${values.map(option).join('')}</select>`
      : `<input name="${name}" type="number" min="0" max="2147483647" step="1" required value="${now}">`}</label>`;
  };
  const figure = name => `<figure><canvas data-panel="${name}" role="img" tabindex="0" aria-label="${(CAPTIONS[name]
    ?? '').replace(/<.*?>/g, '')}"></canvas><figcaption>${CAPTIONS[name] ?? ''}</figcaption></figure>`;
  const shown = name => controls.includes(name) ? '' : ' hidden';
  return `<div class="settings" role="group" aria-label="Settings">${Object.keys(CONTROLS).filter(name =>
      controls.includes(name)).map(field).join('')}
    <button name="run">Start</button><button name="more">100 steps</button><button name="step">One step</button>
    <button name="reset">Reset</button></div>
    <div class="numbers"><p class="loss"></p><p class="say" role="alert"></p><p class="spoken" aria-live="polite"></p>
    <p class="probe">Point at a picture, or walk there with the arrow keys, to read z, log p and log |det J|.</p></div>
    <label class="layer"${shown('layer')}>Layer <input type="range" min="0"><output></output></label>
    <div class="panels">${panels.map(figure).join('')}</div>
    <details${shown('java')}><summary>The same in a notebook</summary><pre></pre></details>`;
}

/** The cell that finds the same digits in the kernel. */
function inJava({shape, couplings, width, rate, batch, seed}, steps, loss, fingerprint) {
  return shape === 'drawn' || steps === 0 ? 'Train some steps first, on points that are not drawn by hand.'
    : `RandomGenerator rng = new Well19937c(${seed});
KnownDensity2D density = new ${SOURCES[shape]};
RealNvp flow = RealNvp.create(2, ${couplings}, ${width}, 3, rng);
Trainer trainer = new Trainer(flow, BatchSource.fresh(density, rng)).steps(${steps}).batchSize(${batch})
    .learningRate(LearningRate.constant(${rate}));
System.out.println(trainer.train().losses()[${steps - 1}]);
// ${loss} here; the parameters' fingerprint is ${fingerprint}`;
}

function around({x, y, half}) { return {left: x - half, right: x + half, bottom: y - half, top: y + half}; }
function mean(numbers) { return numbers.reduce((sum, v) => sum + v, 0) / numbers.length; }
function fixed(number) { return number.toFixed(3).replace('-', '−'); }

for (const place of document.querySelectorAll('.laboratory[data-panels]')) {
  if (typeof DecompressionStream === 'undefined' || !WebAssembly.validate(GC_MODULE)) {
    place.dataset.state = 'too old';
    continue;
  }
  new IntersectionObserver(([seen], observer) => {
    if (!seen.isIntersecting) return;
    observer.disconnect();
    place.laboratory = new Laboratory(place);
  }).observe(place);
}
