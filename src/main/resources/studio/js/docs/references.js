/** What the description refers to, in its place. */

/**
 * A copy of what is at this path. The description refers to itself alone; Swagger UI is ready for
 * more, and takes several times as long.
 */
export function followed(document, path) {
  const at = (names) => names.reduce((node, name) => node?.[name], document);
  const follow = (node, within) => {
    if (Array.isArray(node)) return node.map((each) => follow(each, within));
    if (!node || typeof node !== 'object') return node;
    const { $ref, ...rest } = node;
    if (within.includes($ref)) return node;
    const own = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, follow(value, within)]));
    if (typeof $ref !== 'string') return own;
    return { ...follow(at($ref.split('/').slice(1)), [...within, $ref]), ...own, $$ref: $ref };
  };
  return follow(at(path), []);
}
