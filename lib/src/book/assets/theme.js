// Light or dark as the system says, until the reader presses the button; loaded before the page is drawn.
const theme = {
  key: 'real-nvp-theme',
  now: () => document.documentElement.dataset.theme
    ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  set: value => { document.documentElement.dataset.theme = value; },
};
if (localStorage.getItem(theme.key)) theme.set(localStorage.getItem(theme.key));

document.addEventListener('DOMContentLoaded', () => {
  document.querySelector('button.theme').addEventListener('click', () => {
    theme.set(theme.now() === 'dark' ? 'light' : 'dark');
    localStorage.setItem(theme.key, theme.now());
  });
});
