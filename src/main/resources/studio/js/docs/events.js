/** Events that never end, as an answer that does. */

const MOST_MILLIS = 10_000;

/** Fetches; of a stream of events what comes within ten seconds. */
export async function eventsFor(url, request) {
  const response = await fetch(url, request);
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) return response;
  const { status, statusText, headers } = response;
  return new Response(await beginning(response.body), { status, statusText, headers });
}

async function beginning(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  const late = setTimeout(() => reader.cancel(), MOST_MILLIS);
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  clearTimeout(late);
  return text;
}
