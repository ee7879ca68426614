// The page's side of the laboratory. Each <div class="laboratory"> says in data-panels and data-controls what it shows,
// and in data-set how it starts; what it holds before is for browsers that are too old.

const GC_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 95, 1, 120, 0); // one type, with a struct
const FEWEST = 20, LATEST = 50, SPOKEN_EVERY = 5000; // points drawn by hand; losses in the mean; milliseconds
const CLASSES = ['outer', 'inner'];

const CONTROLS = {
  shape: ['Points', {moons: 'two moons', rings: 'four rings', spirals: 'two spirals', board: 'checkerboard',
    drawn: 'drawn by hand'}],
  couplings: ['Couplings', [1, 2, 3, 4, 6, 8, 12]],
  width: ['Width h', [4, 8, 16, 32, 64]],
  rate: ['Learning rate', [0.0003, 0.001, 0.003, 0.005, 0.01, 0.03, 0.1]],
  batch: ['Batch', [32, 64, 128, 256, 512]],
  seed: ['Seed'],
};
const SIMPLE = {shape: 'moons', couplings: 4, width: 16, rate: 0.005, batch: 128, seed: 1};
const SOURCES = {moons: 'new TwoMoons(0.05)', rings: 'new Rings(4, 0.08)', spirals: 'new Spirals(0.1)',
  board: 'new Checkerboard()'};
const BOXES = {moons: {x: 0.5, y: 0.25, half: 2}, drawn: {x: 0, y: 0, half: 3}}; // others: half 4.5
const PANELS = {data: ['x₁ (data)', 'x₂ (data)'], density: ['x₁ (data)', 'x₂ (data)'], latent: ['z₁', 'z₂'],
  back: ['x₁ (data)', 'x₂ (data)'], loss: ['step', 'loss (nats)']};

class Laboratory {
  constructor(place) {
    const wanted = new URLSearchParams(place.dataset.set);
    this.settings = Object.fromEntries(Object.entries(SIMPLE).map(([name, value]) =>
      [name, !wanted.has(name) ? value : name === 'shape' ? wanted.get(name) : Number(wanted.get(name))]));
    this.drawn = [];
    this.place = place;
    this.fallback = place.innerHTML;
    place.innerHTML = page(place.dataset.controls.split(' '), place.dataset.panels.split(' '), this.settings);
    this.planes = Object.fromEntries([...place.querySelectorAll('canvas')].map(canvas =>
      [canvas.dataset.panel, new Plane(canvas, ...PANELS[canvas.dataset.panel])]));
    this.listen();
    const parts = [laboratoryParts.runtime, laboratoryParts.worker];
    this.worker = new Worker(URL.createObjectURL(new Blob(parts, {type: 'text/javascript'})));
    this.worker.onmessage = ({data}) => this[data.type](data);
    this.ask({type: 'load', wasm: laboratoryParts.wasm});
    this.reset();
  }

  ask(what) { this.worker.postMessage(what); }
  find(selector) { return this.place.querySelector(selector); }

  listen() {
    const press = {run: () => this.run(!this.running), step: () => this.step(1), reset: () => this.reset()};
    this.place.querySelectorAll('button').forEach(button =>
      button.addEventListener('click', () => press[button.name]()));
    this.find('form').addEventListener('submit', event => event.preventDefault());
    this.find('form').addEventListener('change', ({target}) => {
      const value = target.name === 'shape' ? target.value : Number(target.value);
      if (target.name === 'seed' && !(Number.isInteger(value) && value >= 0 && value < 2 ** 31)) {
        return this.say(`A seed is a whole number from 0 to 2147483647, got ${target.value}.`);
      }
      this.settings[target.name] = value;
      if (target.name === 'shape') this.drawn = [];
      this.reset();
    });
    this.find('.layer input')?.addEventListener('input', ({target}) => {
      this.layer = Number(target.value);
      this.ask({type: 'layer', layer: this.layer});
      this.picture_(true);
    });
    for (const [name, plane] of Object.entries(this.planes)) {
      if (name === 'loss') continue;
      plane.canvas.addEventListener('pointermove', event => this.point(name, plane.at(event), event.buttons === 1));
      plane.canvas.addEventListener('pointerdown', event => this.point(name, plane.at(event), true));
      plane.canvas.addEventListener('keydown', event => this.key(name, event));
    }
    new ResizeObserver(() => this.draw()).observe(this.place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    new MutationObserver(() => this.draw()).observe(document.documentElement, {attributeFilter: ['data-theme']});
  }

  /** Begins anew with the settings as they are. */
  reset() {
    const {shape, couplings} = this.settings;
    Object.assign(this, {losses: [], points: undefined, made: undefined, probe: undefined, layer: couplings, steps: 0,
      box: BOXES[shape] ?? {x: 0, y: 0, half: 4.5}, began: false, speed: 0});
    const slider = this.find('.layer input');
    if (slider) [slider.max, slider.value] = [couplings, couplings];
    this.planes.data?.canvas.classList.toggle('drawable', shape === 'drawn');
    this.show(false);
    this.say(shape === 'drawn' ? `Draw at least ${FEWEST} points in the first picture, with mouse or finger, or with the `
      + 'arrow keys and Enter; then start.' : '');
    if (shape !== 'drawn') this.begin();
    this.draw();
  }

  begin() {
    this.began = true;
    this.ask({type: 'begin', ...this.settings, drawn: Float32Array.from(this.drawn), box: this.box, layer: this.layer});
    this.picture_(true);
  }

  /** Whether there is something to train on. */
  ready() {
    if (!this.began && this.drawn.length >= 2 * FEWEST) this.begin();
    if (!this.began) this.say(`${this.drawn.length / 2} points are too few: draw at least ${FEWEST}.`);
    return this.began;
  }

  run(on) {
    if (on && !this.ready()) return;
    this.ask({type: 'run', on});
    this.since = {steps: this.steps, time: performance.now()};
    this.show(on);
    this.picture_();
    if (on) this.say('');
  }

  step(count) {
    if (!this.ready()) return;
    this.ask({type: 'train', count});
    this.picture_();
  }

  /** Asks for a picture, one at a time; a new one at once where the old one would show something else. */
  picture_(another = false) {
    this.again = this.waiting && !another;
    if (this.again || !this.began) return;
    this.waiting = true;
    this.ask({type: 'picture', size: 64});
  }

  show(running) {
    this.running = running;
    this.find('button[name=run]').textContent = running ? 'Pause' : 'Start';
  }

  say(text) { this.find('.say').textContent = text; }

  // --- what the worker answers ---

  loaded() { this.place.dataset.state = 'loaded'; }

  failed({message}) {
    this.worker.terminate();
    this.place.innerHTML = this.fallback;
    this.place.dataset.state = message;
  }

  data({points, labels}) { [this.points, this.labels] = [points, labels]; }

  trained() { }

  picture(made) {
    this.made = made;
    this.losses.push(...made.losses);
    this.steps = made.steps;
    this.waiting = false;
    if (this.running) {
      this.speed = (this.steps - this.since.steps) / (performance.now() - this.since.time) * 1000;
    }
    this.draw();
    this.report();
    if (this.running || this.again) requestAnimationFrame(() => this.picture_());
  }

  stopped({message}) {
    this.show(false);
    this.waiting = false;
    this.say(message);
    this.picture_();
  }

  at(answer) {
    this.probe = {x: answer.x[0], y: answer.x[1], here: answer.here};
    this.asking = false;
    const {x, z, logProb, logDet, truth} = answer;
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
      this.ask({type: 'at', x, y, ofLatent: name === 'latent'});
    }
  }

  key(name, event) {
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Enter: [0, 0]}[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.probe ?? this.box, size = this.box.half / 20;
    this.probe = {x: at.x + step[0] * size, y: at.y + step[1] * size};
    const [x, y] = name === 'latent' && at.here ? [0, 1].map(i => at.here[i] + step[i] * size) : [this.probe.x, this.probe.y];
    this.point(name, {x, y}, event.key === 'Enter');
    this.draw();
  }

  // --- pictures and words ---

  draw() {
    const {made, box, planes} = this, data = around(box);
    const paint = (name, view, what) => {
      if (!planes[name]) return;
      planes[name].begin(view);
      what(planes[name], color => planes[name].color(color));
      planes[name].end();
    };
    const cross = plane => this.probe && plane.cross(this.probe.x, this.probe.y);
    paint('data', data, (plane, color) => {
      if (made && this.began) plane.points(made.samples, undefined, [color('sample')], 2.5);
      plane.points(this.began ? this.points ?? [] : this.drawn, this.labels, CLASSES.map(color));
      cross(plane);
    });
    if (!made) return ['density', 'latent', 'back'].forEach(name => paint(name, data, () => { }));
    const peak = made.density.reduce((a, b) => Math.max(a, b));
    paint('density', data, plane => {
      plane.squares(made.size, i => Math.exp(made.density[i] - peak));
      cross(plane);
    });
    const share = made.layer / this.settings.couplings, mix = (a, b) => a + share * (b - a);
    const latent = {x: mix(box.x, 0), y: mix(box.y, 0), half: mix(box.half, 4)};
    paint('latent', around(latent), (plane, color) => {
      plane.grid(made.forward, made.perLine, [color('line'), color('line')]);
      plane.points(made.latent, this.labels, CLASSES.map(color));
      if (this.probe?.here) plane.cross(...this.probe.here);
    });
    paint('back', data, (plane, color) => {
      plane.grid(made.back, made.perLine, CLASSES.map(color));
      cross(plane);
    });
    this.drawLoss(paint);
    const layer = `layer ${made.layer} of ${this.settings.couplings}`;
    this.caption('density', `Density of the flow. The deepest colour is p = ${fixed(Math.exp(peak))}.`);
    this.caption('latent', `The data after ${layer}, and where the data's grid went.`);
    this.caption('back', `A square grid after ${layer}, taken back to the data.`);
    if (this.find('.layer output')) this.find('.layer output').textContent = layer;
  }

  drawLoss(paint) {
    const floors = Object.entries(laboratoryFloors[this.settings.shape] ?? {}), {losses} = this;
    const values = [...floors.map(([, value]) => value), ...losses.slice(0, 1), ...losses.slice(-LATEST)];
    const [low, high] = [Math.min(...values, 0), Math.max(...values, 1)], room = 0.08 * (high - low);
    paint('loss', {left: 0, right: Math.max(100, losses.length), bottom: low - room, top: high + room}, (plane, color) => {
      plane.pen.strokeStyle = color('outer');
      const stride = Math.max(1, Math.ceil(losses.length / plane.width));
      const means = [];
      for (let i = 0; i < losses.length; i += stride) means.push([i + 1, mean(losses.slice(i, i + stride))]);
      plane.stroke(means);
      floors.forEach(([name, value], place) => plane.level(value, `${name} ${value.toFixed(4)}`, place));
    });
  }

  report() {
    const {losses, settings, made} = this, entropy = laboratoryFloors[settings.shape]?.entropy;
    const latest = losses.slice(-LATEST), m = mean(latest);
    const spread = Math.sqrt(mean(latest.map(loss => (loss - m) ** 2)) / latest.length);
    const numbers = `step ${this.steps}` + (latest.length === 0 ? '' : `, loss ${losses.at(-1).toFixed(4)}; mean of the last `
      + `${latest.length}: ${m.toFixed(3)} ± ${spread.toFixed(3)}`
      + (entropy === undefined ? '' : `, ${(m - entropy).toFixed(3)} nats above the truth`))
      + (this.speed && this.running ? `; ${this.speed.toFixed(0)} steps a second` : '');
    this.find('.loss').textContent = numbers;
    if (!this.running || !(performance.now() - this.spoken < SPOKEN_EVERY)) {
      this.find('.spoken').textContent = numbers;
      this.spoken = performance.now();
    }
    const java = this.find('details pre');
    if (java) java.textContent = inJava(settings, this.steps, losses.at(-1), made.fingerprint);
  }

  caption(name, text) {
    const plane = this.planes[name];
    if (!plane) return;
    plane.canvas.nextElementSibling.textContent = text;
    plane.canvas.setAttribute('aria-label', text);
  }
}

function page(controls, panels, settings) {
  const field = name => {
    const [label, values] = CONTROLS[name];
    const option = ([value, text]) => `<option value="${value}"${String(settings[name]) === String(value) ? ' selected' : ''}>${text}</option>`;
    const choices = Array.isArray(values) ? values.map(v => [v, v]) : Object.entries(values ?? {});
    return `<label>${label} ${values ? `<select name="${name}">${choices.map(option).join('')}</select>`
      : `<input name="${name}" type="number" min="0" max="2147483647" value="${settings[name]}">`}</label>`;
  };
  const captions = {data: '<span class="swatch outer">●</span> <span class="swatch inner">■</span> data, small grey: drawn from the flow.',
    loss: 'Loss of each batch, before its step, and what can be known before training.'};
  return `<form aria-label="Settings of the experiment">${controls.filter(name => CONTROLS[name]).map(field).join('')}
    <button type="button" name="run">Start</button><button type="button" name="step">One step</button>
    <button type="button" name="reset">Reset</button></form>
    <p class="numbers loss"></p><p class="say" role="alert"></p><p class="hidden spoken" aria-live="polite"></p>
    ${controls.includes('layer') ? '<label class="layer">Layer <input type="range" min="0" aria-label="Layer"><output></output></label>' : ''}
    <div class="panels">${panels.map(name => `<figure><canvas data-panel="${name}" role="img" tabindex="0"
      aria-label="${captions[name]?.replace(/<[^>]*>/g, '') ?? ''}"></canvas><figcaption>${captions[name] ?? ''}</figcaption></figure>`).join('')}</div>
    <p class="numbers probe">Point at a picture, or move a cross with the arrow keys, to read its z, log p and log |det J|.</p>
    ${controls.includes('java') ? '<details><summary>The same in a notebook</summary><pre></pre></details>' : ''}`;
}

/** The cell that finds the same digits in the kernel. */
function inJava({shape, couplings, width, rate, batch, seed}, steps, loss, fingerprint) {
  if (shape === 'drawn' || steps === 0) return 'Train some steps on points that are not drawn by hand.';
  return `RandomGenerator rng = new Well19937c(${seed});
KnownDensity2D density = ${SOURCES[shape]};
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
