/** Four frames of a finished video, drawn by the browser's own decoder. */

/** Where in the video they are taken; the very beginning is often black. */
export const SHARES = [0.1, 0.35, 0.6, 0.85];

const WIDTH = 192;
const PATIENCE_MILLIS = 10_000;

/**
 * Draws them.
 *
 * @param {string} url of the video
 * @returns {Promise<{at: number, canvas: HTMLCanvasElement}[]>} with the seconds of each; empty where
 *     this browser cannot decode it, or people want to save data
 */
export async function storyboard(url) {
  if (navigator.connection?.saveData) return [];
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, preload: 'auto', src: url });
  try {
    await happened(video, 'loadeddata');
    const frames = [];
    for (const share of SHARES) frames.push(await frame(video, share * video.duration));
    return frames;
  } catch {
    return [];
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

async function frame(video, at) {
  const seeked = happened(video, 'seeked');
  video.currentTime = at;
  await seeked;
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
  canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
  return { at, canvas };
}

function happened(video, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, PATIENCE_MILLIS);
    const options = { once: true };
    video.addEventListener(event, () => (clearTimeout(timer), resolve()), options);
    video.addEventListener('error', () => (clearTimeout(timer), reject()), options);
  });
}
