/** Starts the page of the API: Swagger UI, on behalf of whoever is signed in at the Studio. */

import { Session } from '../session.js';
import { eventsFor } from './events.js';
import { own } from './own.js';

const SCHEME = 'bearer';

const session = new Session(await configured());
/** The session's token, as Swagger UI has it. */
let given = null;

const ui = window.SwaggerUIBundle({
  url: '/api/openapi.json',
  domNode: document.getElementById('docs'),
  plugins: [own],
  deepLinking: true,
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
  requestInterceptor: prepared,
  onComplete: authorise,
});

session.addEventListener('change', authorise);

async function configured() {
  try {
    return await (await fetch('/api/studio/config')).json();
  } catch {
    return {};
  }
}

/** The locks of the operations are those of the session, until somebody uses other keys. */
async function authorise() {
  const token = await session.token();
  if (token) {
    ui.preauthorizeApiKey(SCHEME, token);
  } else if (given) {
    ui.authActions.logout([SCHEME]);
  }
  given = token;
  document.getElementById('caller').hidden = !token;
  document.getElementById('stranger').hidden = Boolean(token);
  document.querySelector('#caller b').textContent = session.current?.name ?? '';
}

/** The session's token is renewed where it is about to run out; others go as they are. */
async function prepared(request) {
  if (given && request.headers?.Authorization === `Bearer ${given}`) {
    request.headers.Authorization = `Bearer ${(await session.token()) ?? given}`;
  }
  request.userFetch = eventsFor;
  return request;
}
