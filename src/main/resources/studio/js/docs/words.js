/** Words and code as elements, never as markup. */

const MOST_COLOURED = 20_000;
const JSON_PARTS = /("(?:[^"\\]|\\.)*"\s*:|"(?:[^"\\]|\\.)*"|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b)/;

/** The little of Markdown that the description uses: paragraphs and code. */
export function prose(h, source, className = '') {
  if (!source) return null;
  const paragraphs = String(source).split(/\n\n+/);
  const line = (words) =>
    words.split(/(`[^`]+`)/).map((part) => (part.startsWith('`') ? h('code', null, part.slice(1, -1)) : part));
  return h(
    'div',
    { className: `markdown ${className}` },
    paragraphs.map((words, at) => h('p', { key: at }, ...line(words))),
  );
}

/** A key is copied with its command, and not shown: pages are looked at by others, too. */
export const masked = (text) => String(text ?? '').replace(/(Authorization: \w+ )[^'"\s]+/gi, '$1…');

/** Code that can be scrolled by the keyboard too; of JSON the parts have colours. */
export function code(h, text, className, language) {
  const coloured = language === 'json' && text.length < MOST_COLOURED;
  const parts = coloured ? text.split(JSON_PARTS).map((part, at) => (at % 2 ? piece(h, part) : part)) : [text];
  return h('pre', { className, tabIndex: 0 }, ...parts);
}

function piece(h, part) {
  const kind = part.endsWith(':') ? 'key' : part.startsWith('"') ? 'text' : 'value';
  return h('span', { className: `json-${kind}` }, part);
}
