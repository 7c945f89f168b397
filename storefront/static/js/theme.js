// Dark or light, for the operators' page alone: dark until somebody chooses otherwise.

const STORE = 'riverfront.ops.theme';
const button = document.querySelector('[data-theme-button]');

function set(theme) {
  document.documentElement.dataset.theme = theme;
  button.setAttribute('aria-pressed', String(theme === 'light'));
  // Redraw the charts in the new colors.
  dispatchEvent(new Event('resize'));
}

function read() {
  try {
    return localStorage.getItem(STORE) === 'light' ? 'light' : 'dark';
  } catch {
    return 'dark';
  }
}

button.addEventListener('click', () => {
  const theme = document.documentElement.dataset.theme === 'light' ? 'dark' : 'light';
  set(theme);
  try {
    localStorage.setItem(STORE, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
});
set(read());
