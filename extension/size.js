// A page in a tab (popup.html?tab=7, popup.html#/connect) takes the tab's size; the popup keeps its own. Classic and in
// the head, so that it is settled before the first paint and a page never shrinks and grows.
if (location.search || location.hash.length > 1) {
  document.documentElement.dataset.view = 'page';
}
