/** Notifications of the system, for people who look elsewhere; only once they have asked for them. */

const KEY = 'studio.notices';

// Asking the browser is slow, and the page is drawn many times a second.
let permission = globalThis.Notification?.permission ?? 'denied';
let chosen = localStorage.getItem(KEY) === 'on';

/** Whether there can be any here: not where they are refused or do not exist. */
export function possible() {
  return permission !== 'denied';
}

/** Whether they have been asked for, and are allowed. */
export function wanted() {
  return chosen && permission === 'granted';
}

/** Asks for them, or no more. Resolves with whether there will be any. */
export async function toggle() {
  const ask = !wanted();
  if (ask) permission = await Notification.requestPermission();
  chosen = ask && permission === 'granted';
  localStorage.setItem(KEY, chosen ? 'on' : 'off');
  return chosen;
}

/** Tells of something that ended while nobody looked. */
export function tell(title, body, tag) {
  if (!document.hidden || !wanted()) return;
  try {
    const notice = new Notification(title, { body, tag, icon: '/icons/studio.svg' });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // Some phones let service workers alone show any; the title tells too.
  }
}
