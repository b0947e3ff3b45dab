// The page: writes down each event that it hears, and whether a person caused it.
globalThis.browser ??= globalThis.chrome;
const $ = id => document.getElementById(id);
const heard = text => $('heard').append(Object.assign(document.createElement('li'), { textContent: text }));
const hears = (id, ...types) => types.forEach(type => $(id).addEventListener(type, event => heard(`${id} ${type} ${event.key ?? (event.target.value || '-')} trusted=${event.isTrusted}`)));

hears('host', 'keydown', 'input');
hears('search', 'input');
hears('colour', 'change');
hears('box', 'change');
hears('low', 'click');
document.querySelector('form').addEventListener('submit', event => {
  event.preventDefault();
  heard(`form submit trusted=${event.isTrusted}`);
});
$('ask').addEventListener('click', () => {
  browser.permissions.request({ origins: [$('host').value] }).then(answer => heard(`answered ${answer}`), error => heard(`failed ${error.message}`));
});
$('copy').addEventListener('click', () => navigator.clipboard.writeText('copied').then(() => heard('copied'), error => heard(`not copied: ${error.message}`)));

const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
document.querySelector('h1').textContent = tab.url ?? 'unknown';
