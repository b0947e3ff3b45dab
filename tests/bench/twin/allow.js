// Asks for authentik's host, out of a click, as the form of the real one does.
globalThis.browser ??= globalThis.chrome;
document.querySelector('button').addEventListener('click', async () => {
  const pattern = decodeURIComponent(location.hash.slice(1));
  const granted = await globalThis.browser.permissions.request({ origins: [pattern] });
  document.querySelector('button').replaceWith(Object.assign(document.createElement('p'), { textContent: granted ? 'allowed' : 'refused' }));
});
