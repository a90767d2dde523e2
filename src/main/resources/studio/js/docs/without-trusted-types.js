/**
 * Swagger UI makes a policy of Trusted Types of its own as soon as it is loaded, and gives up where
 * it may not. It does not where it finds none: the browser enforces them all the same.
 */
Object.defineProperty(window, 'trustedTypes', { value: undefined });
