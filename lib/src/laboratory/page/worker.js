// The worker of the laboratory: it alone calls the library. The build puts TeaVM's runtime before it.
// A turn trains for a moment, computes a part of the picture that the page waits for, and lets messages in.

const TURN = 15; // milliseconds for each of the two
const PIECE = 256; // points that are computed in one go
const LINES = 13, PER_LINE = 40; // of a grid, in each direction
const LATENT = {x: 0, y: 0, half: 3};
const ping = new MessageChannel();
let lab, box, drawing, ready, layer = 0, running = false, pinged = false, millis = 5, steps = 0, goal;

const asked = {
  load: async ({wasm}) => {
    const packed = Uint8Array.from(atob(wasm), letter => letter.charCodeAt(0));
    const bytes = new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
    lab = (await TeaVM.wasmGC.load(new Uint8Array(await bytes))).exports;
    postMessage({type: 'loaded', state: 'ready'});
  },
  begin: asks => {
    ({box} = asks);
    lab.begin(asks.shape, asks.drawn, asks.couplings, asks.width, asks.rate, asks.batch, asks.seed);
    [layer, steps, running, drawing] = [asks.layer, 0, false, undefined];
    postMessage({type: 'data', points: lab.data(), labels: lab.labels()});
  },
  run: ({on, more = Infinity}) => { [running, goal] = [on, steps + more]; },
  train: ({count}) => { train(count); postMessage({type: 'trained', steps, fingerprint: lab.fingerprint()}); },
  layer: asks => { layer = asks.layer; drawing = undefined; },
  picture: ({size}) => { drawing ??= picture(size, layer); },
  at: ({x, y, ofLatent}) => {
    const point = ofLatent ? lab.inverse(Float32Array.of(x, y), layer) : Float32Array.of(x, y);
    postMessage({type: 'at', x: point, z: lab.forward(point, -1), here: lab.forward(point, layer),
      logProb: lab.logProb(point)[0], logDet: lab.logDet(point, -1)[0], truth: lab.trueLogProb(point)[0]});
  },
};

function train(count) {
  const start = performance.now();
  lab.train(count);
  [steps, millis] = [steps + count, (performance.now() - start) / count];
}

/** All that the page draws of the flow as it is now, piece by piece. */
function* picture(size, k) {
  const made = {type: 'picture', layer: k, size, perLine: PER_LINE};
  made.density = yield* inPieces(pixels(size), 1, lab.logProb);
  made.latent = yield* inPieces(lab.data(), 2, x => lab.forward(x, k));
  made.samples = lab.samples();
  yield;
  made.forward = yield* inPieces(grid(box), 2, x => lab.forward(x, k));
  made.back = yield* inPieces(grid(LATENT), 2, z => lab.inverse(z, k));
  postMessage(Object.assign(made, {steps, losses: lab.newLosses(), fingerprint: lab.fingerprint()}));
}

function* inPieces(points, perPoint, map) {
  const values = new Float32Array(points.length / 2 * perPoint);
  for (let from = 0; from < points.length; from += 2 * PIECE) {
    values.set(map(points.subarray(from, from + 2 * PIECE)), from / 2 * perPoint);
    yield;
  }
  return values;
}

/** The middles of size × size squares, row by row from the top. */
function pixels(size) {
  const side = i => ((i + 0.5) / size * 2 - 1) * box.half;
  return Float32Array.from({length: 2 * size * size}, (_, i) => i % 2 === 0
    ? box.x + side((i >> 1) % size) : box.y - side(Math.floor((i >> 1) / size)));
}

/** Upright lines and then level ones, as points. */
function grid({x, y, half}) {
  const points = [], at = (i, count) => (2 * i / (count - 1) - 1) * half;
  for (let i = 0; i < 2 * LINES * PER_LINE; i++) {
    const line = Math.floor(i / PER_LINE), a = at(line % LINES, LINES), b = at(i % PER_LINE, PER_LINE);
    points.push(...line < LINES ? [x + a, y + b] : [x + b, y + a]);
  }
  return Float32Array.from(points);
}

function turn() {
  if (running) train(Math.min(goal - steps, Math.max(1, Math.floor(TURN / millis))));
  if (running && steps === goal) {
    running = false;
    postMessage({type: 'stopped', message: ''});
  }
  const end = performance.now() + TURN;
  while (drawing && performance.now() < end) {
    if (drawing.next().done) drawing = undefined;
  }
}

/** What the library refuses, a loss that is not finite above all, is for the reader to see. */
function guarded(work) {
  try {
    work();
  } catch (error) {
    [running, drawing] = [false, undefined];
    tell(error);
  }
  if (!pinged && (running || drawing)) {
    pinged = true;
    ping.port2.postMessage('');
  }
}

function tell(error) { postMessage({type: 'stopped', message: error.message}); }

ping.port1.onmessage = () => {
  pinged = false;
  guarded(turn);
};
onmessage = ({data}) => {
  ready = data.type === 'load' ? asked.load(data).catch(tell) : ready.then(() => guarded(() => asked[data.type](data)));
};
