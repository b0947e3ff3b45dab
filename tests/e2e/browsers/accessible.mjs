// What a person who listens rather than looks finds on a page: roles and accessible names. `accessible` is sent into the
// page as text, so it may use nothing from outside itself. It follows the parts of the accname rules that the product
// uses; axe looks after the rest.

/**
 * Finds what is visible and has `role` and `name` (text: the whole name; {source, flags}: an expression; null: any).
 * With `reach`, the only one that is found is scrolled to, and it is told where the mouse would press it.
 */
export function accessible({ role = null, name = null, reach = false, focus = false }) {
  const tidy = text => text.replace(/[\u2066-\u2069\u200b]/g, '').replace(/\s+/g, ' ').trim();
  const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && !element.closest('[aria-hidden="true"], [inert]');
  const INPUTS = {
    button: 'button', submit: 'button', reset: 'button', image: 'button', checkbox: 'checkbox', radio: 'radio',
    range: 'slider', number: 'spinbutton', search: 'searchbox', hidden: null, file: 'file', color: 'color',
  };
  const TAGS = {
    BUTTON: 'button', TEXTAREA: 'textbox', H1: 'heading', H2: 'heading', H3: 'heading', H4: 'heading', H5: 'heading', H6: 'heading',
    MAIN: 'main', NAV: 'navigation', UL: 'list', OL: 'list', LI: 'listitem', OPTION: 'option', PROGRESS: 'progressbar',
    FIELDSET: 'group', DIALOG: 'dialog', TABLE: 'table', TR: 'row', IMG: 'img', OUTPUT: 'status', SUMMARY: 'button', PRE: 'text',
  };
  const FROM_CONTENT = ['button', 'link', 'heading', 'tab', 'option', 'checkbox', 'radio', 'menuitem', 'menuitemradio', 'listitem', 'row', 'cell', 'switch', 'alert', 'status', 'note'];
  function roleOf(element) {
    const given = element.getAttribute('role')?.trim().split(/\s+/)[0];
    if (given) return given;
    if (element.tagName === 'INPUT') return element.type in INPUTS ? INPUTS[element.type] : 'textbox';
    if (element.tagName === 'A') return element.hasAttribute('href') ? 'link' : null;
    if (element.tagName === 'SELECT') return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
    if (element.tagName === 'SECTION' || element.tagName === 'FORM') {
      const named = element.hasAttribute('aria-label') || element.hasAttribute('aria-labelledby');
      return named ? { SECTION: 'region', FORM: 'form' }[element.tagName] : null;
    }
    return TAGS[element.tagName] ?? null;
  }
  function textOf(node, top = true) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return '';
    if (node.tagName === 'BR') return ' ';
    if (!top) {
      if (node.getAttribute('aria-hidden') === 'true' || !node.checkVisibility()) return '';
      const label = node.getAttribute('aria-label');
      if (label?.trim()) return label;
      if (['INPUT', 'SELECT', 'TEXTAREA'].includes(node.tagName)) return '';
      if (node.tagName === 'IMG') return node.alt;
    }
    const apart = !getComputedStyle(node).display.startsWith('inline');
    const inside = [...node.childNodes].map(child => textOf(child, false)).join('');
    return apart ? ` ${inside} ` : inside;
  }
  function nameOf(element, its) {
    const by = element.getAttribute('aria-labelledby');
    if (by) {
      const texts = by.trim().split(/\s+/).map(id => document.getElementById(id)).filter(Boolean);
      if (texts.length) return tidy(texts.map(text => textOf(text)).join(' '));
    }
    const label = element.getAttribute('aria-label');
    if (label?.trim()) return tidy(label);
    if (element.labels?.length) return tidy([...element.labels].map(label => textOf(label)).join(' '));
    if (element.tagName === 'FIELDSET') {
      const legend = element.querySelector(':scope > legend');
      if (legend) return tidy(textOf(legend));
    }
    if (element.tagName === 'IMG') return tidy(element.alt);
    if (element.tagName === 'INPUT' && ['button', 'submit', 'reset'].includes(element.type)) return tidy(element.value);
    const content = FROM_CONTENT.includes(its) ? tidy(textOf(element)) : '';
    return content || tidy(element.getAttribute('title') ?? element.getAttribute('placeholder') ?? '');
  }
  const pattern = name && typeof name === 'object' ? new RegExp(name.source, name.flags) : null;
  const fits = text => name === null || (pattern ? pattern.test(text) : text === tidy(name));
  const roles = role === null ? null : [role].flat();

  const found = [];
  for (const element of document.querySelectorAll('*')) {
    const its = roleOf(element);
    if (!its || (roles && !roles.includes(its)) || !shown(element)) continue;
    const itsName = nameOf(element, its);
    if (fits(itsName)) found.push({ element, role: its, name: itsName });
  }
  const describe = ({ element, role, name }) => {
    const state = key => element.getAttribute(`aria-${key}`);
    return {
      role, name,
      text: tidy(element.innerText ?? element.textContent),
      value: element.value ?? state('valuenow') ?? undefined,
      checked: element.type === 'checkbox' || element.type === 'radio' ? element.checked : state('checked') === 'true',
      disabled: Boolean(element.disabled) || state('disabled') === 'true' || element.matches(':disabled'),
      invalid: state('invalid') === 'true',
      selected: state('selected') === 'true' || state('pressed') === 'true' || state('current') === 'true',
      focused: document.activeElement === element,
      secret: element.type === 'password',
      options: element.tagName === 'SELECT' ? [...element.options].map(o => ({ name: tidy(o.label), disabled: o.disabled, selected: o.selected })) : undefined,
    };
  };
  const answer = { found: found.map(describe) };
  if (found.length === 1 && focus) found[0].element.focus();
  if (found.length === 1 && reach) {
    const { element } = found[0];
    const middle = () => {
      const box = element.getBoundingClientRect();
      return [box, box.x + box.width / 2, box.y + box.height / 2];
    };
    // A click inside a label presses its control too.
    const over = (x, y) => {
      const there = document.elementFromPoint(x, y);
      const same = there && (element.contains(there) || there.contains(element) && [...(element.labels ?? [])].some(label => label.contains(there)));
      return same ? null : there ? there.outerHTML.slice(0, 200) : 'nothing: it is outside the window';
    };
    let [box, x, y] = middle();
    const inside = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    // A person scrolls too where it lies outside, or under a foot that stays in its place.
    if (!inside || over(x, y)) {
      element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      [box, x, y] = middle();
    }
    Object.assign(answer, { x, y, covered: over(x, y) });
  }
  return answer;
}
