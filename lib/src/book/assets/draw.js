// What pages and slides share: formulas by KaTeX, figures by Plotly.

function drawFormulas() {
  for (const place of document.querySelectorAll('.math')) {
    katex.render(place.textContent, place, {displayMode: place.classList.contains('display')});
  }
}

/** Draws the figure of this box, once, and resolves when it is there. */
async function drawFigure(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = 'begun';
  await Plotly.newPlot(box.firstElementChild, figures[box.dataset.figure]);
  box.dataset.drawn = 'done';
}
