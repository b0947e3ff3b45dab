// Keys by the names that `KeyboardEvent.key` gives them.

const NAMED = {
  Enter: { code: 'Enter', keyCode: 13, text: '\r' },
  Tab: { code: 'Tab', keyCode: 9 },
  Escape: { code: 'Escape', keyCode: 27 },
  Backspace: { code: 'Backspace', keyCode: 8 },
  Delete: { code: 'Delete', keyCode: 46 },
  ' ': { code: 'Space', keyCode: 32, text: ' ' },
  Home: { code: 'Home', keyCode: 36 },
  End: { code: 'End', keyCode: 35 },
  ArrowLeft: { code: 'ArrowLeft', keyCode: 37 },
  ArrowUp: { code: 'ArrowUp', keyCode: 38 },
  ArrowRight: { code: 'ArrowRight', keyCode: 39 },
  ArrowDown: { code: 'ArrowDown', keyCode: 40 },
};
const MODIFIERS = ['Alt', 'Control', 'Meta', 'Shift'];

/** Reads `Control+k`, `Shift+Tab`, `a`: a key and what is held down with it. */
export function keyOf(press) {
  if (press === '\n') return keyOf('Enter');
  const parts = press.length > 1 ? press.split('+') : [press];
  const key = parts.pop() || '+';
  const held = parts.filter(Boolean);
  const strange = held.find(part => !MODIFIERS.includes(part));
  if (strange) throw new Error(`no modifier: ${strange}`);
  if (key in NAMED) return { key, held, ...NAMED[key] };
  if ([...key].length !== 1) throw new Error(`no key: ${key}`);
  return { key, held, ...printable(key), text: held.some(part => part !== 'Shift') ? undefined : key };
}

function printable(key) {
  const upper = key.toUpperCase();
  if (/^[A-Z]$/.test(upper)) return { code: `Key${upper}`, keyCode: upper.charCodeAt(0) };
  if (/^[0-9]$/.test(key)) return { code: `Digit${key}`, keyCode: key.charCodeAt(0) };
  return { code: '', keyCode: 0 };
}
