// Fills a shadow root without inline styles; see build/assets.mjs.
const styles = /<style[^>]*>([\s\S]*?)<\/style>/g;

// What a nested element would have been given beforehand; without it, the element fills itself, through here.
const nested = /<template shadowrootmode[^>]*>[\s\S]*?<\/template>/g;

export function fill(root, html) {
  const sheets = [];
  root.innerHTML = html.replace(nested, '').replace(styles, (_, css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.push(sheet);
    return '<template class="sheet"></template>';
  });
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
  root.querySelectorAll('template.sheet').forEach((place, idx) => { place.sheet = sheets[idx]; });
}
