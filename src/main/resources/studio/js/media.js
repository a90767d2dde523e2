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
