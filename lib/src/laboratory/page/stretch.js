// Notebook 01: a map x = a·z + b + c·tanh(2z) to pull, and the density of x that follows from it.

for (const place of document.querySelectorAll('.stretch')) {
  const pulls = [['stretch a', 0.2, 2, 1], ['shift b', -2, 2, 0], ['bend c', 0, 2, 0], ['strip from z', -2.5, 2, 0.3]];
  place.innerHTML = `<div class="settings">${pulls.map(([label, min, max, value]) => `<label>${label}
    <input type="range" min="${min}" max="${max}" step="0.05" value="${value}"></label>`).join('')}</div>
    <p aria-live="polite"></p><div class="panels">${['map', 'densities'].map(name =>
    `<figure><canvas role="img" data-panel="${name}"></canvas><figcaption></figcaption></figure>`).join('')}</div>`;
  const [map, densities] = [...place.querySelectorAll('canvas')];
  const planes = [new Plane(map, 'z', 'x'), new Plane(densities, 'z and x', 'density')];
  const wide = 0.5, nodes = Array.from({length: 241}, (_, i) => -6 + i / 20);
  const normal = z => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);

  const draw = () => {
    const [a, b, c, z] = [...place.querySelectorAll('input')].map(input => Number(input.value));
    const f = v => a * v + b + c * Math.tanh(2 * v), slope = v => a + 2 * c * (1 - Math.tanh(2 * v) ** 2);
    const p = v => normal(v) / slope(v); // of x = f(v)
    const strip = Array.from({length: 21}, (_, i) => z + i * wide / 20);
    const areas = [[v => v, normal], [f, p]].map(([at, density]) => strip.slice(1).reduce((sum, v, i) =>
      sum + (at(v) - at(strip[i])) * (density(v) + density(strip[i])) / 2, 0));
    planes[0].begin({left: -3, right: 3, bottom: -5, top: 5});
    Object.assign(planes[0].pen, {strokeStyle: planes[0].color('text'), lineWidth: 2});
    planes[0].stroke(nodes.map(v => [v, f(v)]));
    planes[1].begin({left: -5, right: 5, bottom: 0, top: Math.max(0.5, ...nodes.map(p)) * 1.1});
    for (const [color, at, density] of [['outer', v => v, normal], ['inner', f, p]]) {
      planes[1].pen.strokeStyle = planes[1].pen.fillStyle = planes[1].color(color);
      planes[1].stroke([[at(strip[0]), 0], ...strip.map(v => [at(v), density(v)]), [at(strip[20]), 0]]);
      planes[1].pen.fill();
      planes[1].stroke(nodes.map(v => [at(v), density(v)]));
    }
    planes.forEach(plane => plane.pen.restore());
    const [drawn, heights] = place.querySelectorAll('figcaption');
    drawn.textContent = `The map. Its slope at z = ${named(z)} is ${fixed(slope(z))}.`;
    heights.innerHTML = '<b>▬</b> p of z, the standard normal, and <b>▬</b> p of x.';
    place.querySelector('p').textContent = `From z = ${named(z)} to ${named(z + wide)}: ${wide} wide, and `
      + `${fixed(f(z + wide) - f(z))} wide in x. At its left end p of z is ${fixed(normal(z))} and p of x is `
      + `${fixed(p(z))}. The area, which is the probability, is ${fixed(areas[0])} in z and ${fixed(areas[1])} in x.`;
    [map, densities].forEach((canvas, i) => canvas.setAttribute('aria-label', [drawn, heights][i].textContent));
  };
  place.oninput = draw;
  new ResizeObserver(draw).observe(place);
}
