/** Where the page finds a video. */

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * The address by which this page can load it: the service names its own media by its `APP_URL`,
 * which on one's own machine may be another name of the same place (`localhost`, `127.0.0.1`).
 *
 * @param {string} url
 */
export function reachable(url) {
  const there = new URL(url, location.href);
  const own = there.pathname.startsWith('/media/') && LOOPBACK.test(there.hostname);
  return own && LOOPBACK.test(location.hostname) ? there.pathname + there.search : there.href;
}

/**
 * The address that gives a file to keep. A page's `download` attribute counts for its own host
 * alone; others are asked by a parameter of theirs, where they have one, and else open beside the page.
 *
 * @param {string} url
 * @param {string} file the name to keep it by
 * @returns {{href: string, target?: string}}
 */
export function kept(url, file) {
  const there = new URL(url, location.href);
  if (there.origin === location.origin) return { href: url };
  const asks = DOWNLOADS.find(([path]) => there.pathname.startsWith(path))?.[1];
  if (!asks) return { href: url, target: '_blank' };
  return { href: `${url}${there.search ? '&' : '?'}download=${encodeURIComponent(asks(file))}` };
}

/** Our own media behind another name, and Supabase's storage. */
const DOWNLOADS = [
  ['/media/', () => '1'],
  ['/storage/v1/object/', (file) => file],
];
