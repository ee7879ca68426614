// The slides: reveal.js turns them, and each slide's content is scaled to the room it has.

const ROOM = {width: 1200, height: 660}; // of a slide of 1280 × 720
const LARGEST = 1.3; // a short slide does not shout
const LEAST = 0.7;
const EDGE = 60;
const BETTER = 1.1; // beside wraps long lines of code: for a larger figure, not for a hair

/**
 * Code above its output or beside it, whichever can be shown larger; then scaled to the room. Where both would
 * make the figure too small, it stands alone, and the code is on the page.
 */
function fit(slide) {
  const content = slide.querySelector('.fit');
  const scale = layout => {
    content.className = `fit ${layout}`;
    return Math.min(LARGEST, ROOM.width / content.scrollWidth, ROOM.height / content.scrollHeight);
  };
  const above = scale('above');
  const beside = above < 1 ? scale('beside') : 0;
  let chosen = beside > BETTER * above ? beside : scale('above');
  if (chosen < LEAST && content.querySelector('.figure')) chosen = scale('alone');
  const free = 1280 - chosen * content.scrollWidth;
  content.style.transform = `scale(${chosen})`;
  content.style.left = `${content.querySelector('.figure') ? free / 2 : Math.min(EDGE, free / 2)}px`;
  content.style.top = '30px';
  slide.dataset.scale = chosen;
}

async function show(slide) {
  fit(slide);
  for (const box of slide.querySelectorAll('.figure')) await drawFigure(box);
  slide.dataset.ready = 'yes';
}

drawFormulas();
Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, hash: true, controls: true, progress: true,
  slideNumber: 'c/t', transition: 'none', navigationMode: 'linear', plugins: [RevealNotes],
});
Reveal.on('ready', event => document.fonts.ready.then(() => show(event.currentSlide)));
Reveal.on('slidechanged', event => show(event.currentSlide));
