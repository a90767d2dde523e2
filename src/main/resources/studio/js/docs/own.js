/** What Swagger UI does otherwise here: a plugin of it. */

import { followed } from './references.js';
import { code, masked, prose } from './words.js';

/** With the elements of its own React. */
export function own({ React: { createElement: h } }) {
  const named = (Field, name) => (props) =>
    h('label', null, h('span', { className: 'unseen' }, name(props)), h(Field, props));
  return {
    components: {
      // Its own writes markup, which the policy of the page forbids.
      Markdown: ({ source, className }) => prose(h, source, className),
      SyntaxHighlighter: ({ children, className, language }) => code(h, masked(children), className, language),
      FilterContainer: ({ layoutActions }) => search(h, layoutActions),
      // A link within a button is for neither keyboards nor screen readers.
      DeepLink: ({ text }) => h('span', null, text),
      ServersContainer: () => null,
      SkipToOperations: () => null,
    },
    wrapComponents: {
      TextArea: (Field) => named(Field, () => 'Body'),
      ExamplesSelect: (Field) => named(Field, () => 'Example'),
      JsonSchemaForm: (Field) => named(Field, ({ description }) => description),
    },
    fn: {
      opsFilter: matching,
      resolveSubtree: async (document, path) => ({ spec: followed(document, path), errors: [] }),
    },
  };
}

function search(h, { updateFilter }) {
  const input = { type: 'search', onChange: (event) => updateFilter(event.target.value) };
  return h('label', { className: 'wrapper field search' }, h('span', null, 'Search'), h('input', input));
}

/** Operations by their group, path, name and summary. */
function matching(groups, phrase) {
  const words = phrase.toLowerCase();
  const has = (text) => String(text ?? '').toLowerCase().includes(words);
  const found = (one) =>
    has(one.get('path')) || has(one.getIn(['operation', 'operationId'])) || has(one.getIn(['operation', 'summary']));
  return groups
    .map((group, name) => (has(name) ? group : group.update('operations', (all) => all.filter(found))))
    .filter((group) => group.get('operations').size);
}
