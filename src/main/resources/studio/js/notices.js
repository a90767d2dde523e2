/** Notifications of the system, for people who look elsewhere; only once they have asked for them. */

const KEY = 'studio.notices';

/** Whether there can be any here: not where they are refused or do not exist. */
export function possible() {
  return 'Notification' in globalThis && Notification.permission !== 'denied';
}

/** Whether they have been asked for, and are allowed. */
export function wanted() {
  return possible() && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on';
}

/** Asks for them, or no more. Resolves with whether there will be any. */
export async function toggle() {
  const on = !wanted() && (await Notification.requestPermission()) === 'granted';
  localStorage.setItem(KEY, on ? 'on' : 'off');
  return on;
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
