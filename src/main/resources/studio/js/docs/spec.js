/** An OpenAPI 3.1 document, its references followed. */

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** What the views need of the document. */
export class Spec {
  #operations = new Map();

  /** @param {object} document the parsed `openapi.json` */
  constructor(document) {
    this.document = document;
    this.info = document.info;
    for (const [path, methods] of Object.entries(document.paths)) this.#add(path, methods, false);
    for (const [name, methods] of Object.entries(document.webhooks ?? {})) this.#add(name, methods, true);
  }

  /** @returns {object|undefined} the operation of this id */
  operation(id) {
    return this.#operations.get(id);
  }

  /** The tags with their operations, in the document's order; those alone that have these words. */
  groups(words) {
    const all = [...this.#operations.values()].filter((one) => one.words.includes(words.trim().toLowerCase()));
    return this.document.tags
      .map(({ name, description }) => ({ name, description, operations: all.filter(({ tag }) => tag === name) }))
      .filter(({ operations }) => operations.length);
  }

  /** What a reference leads to, or the thing itself. */
  at(thing) {
    if (!thing?.$ref) return thing;
    return thing.$ref
      .slice(2)
      .split('/')
      .reduce((node, name) => node?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
  }

  /** `Generation` of `#/components/schemas/Generation`. */
  static nameOf(reference) {
    return reference.slice(reference.lastIndexOf('/') + 1);
  }

  #add(path, methods, webhook) {
    for (const method of METHODS) {
      const told = methods[method];
      if (!told) continue;
      const body = this.at(told.requestBody)?.content?.['application/json'];
      this.#operations.set(told.operationId, {
        id: told.operationId,
        tag: told.tags[0],
        method: method.toUpperCase(),
        path,
        webhook,
        summary: told.summary,
        description: told.description,
        parameters: (told.parameters ?? []).map((one) => this.at(one)),
        body: body && { schema: body.schema, example: exampleOf(body) },
        responses: Object.entries(told.responses).map(([status, one]) => ({ status, ...this.at(one) })),
        open: told.security !== undefined && !told.security.some((one) => one.bearer),
        words: `${method} ${path} ${told.summary} ${told.tags[0]}`.toLowerCase(),
      });
    }
  }
}

/** The example of a media type, or the first of several. */
export function exampleOf({ example, examples }) {
  return example !== undefined ? example : Object.values(examples ?? {})[0]?.value;
}
