// A page of the book: formulas, the contents, then the figures one by one, each as wide as the page allows.

const LEAST_SCALE = 0.5; // a narrower page scrolls the figure instead: its letters would be too small

const width = new ResizeObserver(boxes => {
  for (const {target, contentRect} of boxes) {
    const wanted = contentRect.width / target.style.getPropertyValue('--width');
    target.style.setProperty('--scale', Math.max(LEAST_SCALE, Math.min(1, wanted)));
  }
});

async function drawFigures() {
  for (const box of document.querySelectorAll('.figure')) {
    width.observe(box);
    await drawFigure(box);
    await new Promise(next => setTimeout(next)); // the reader may scroll in between
  }
  document.body.dataset.ready = 'yes';
}

if (matchMedia('(max-width: 70rem)').matches) document.querySelector('.contents details').open = false;
drawFormulas();
drawFigures();
