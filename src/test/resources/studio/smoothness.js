// Loads every card, lets fifty of them progress as if the socket said so, scrolls, and measures frames.
(() => {
  let socket = null;
  window.WebSocket = class {
    readyState = 1;
    constructor() {
      socket = this;
      setTimeout(() => this.onopen());
    }
    send(text) {
      const { event } = JSON.parse(text);
      if (event === 'ping') this.say({ event: 'pong', data: {} });
    }
    say(frame) {
      setTimeout(() => this.onmessage?.({ data: JSON.stringify(frame) }));
    }
    close() {}
  };
  const cards = () => document.querySelectorAll('.card').length;
  const frame = () => new Promise(requestAnimationFrame);
  const told = { count: 0 };

  function tell() {
    const id = told.count % 50;
    const percent = Math.min(99, 2 + Math.floor(told.count / 50));
    told.count += 1;
    const data = { generationId: `gen_${id}`, percent, stage: 'generating', message: '' };
    socket.say({ event: 'job:progress', data, seq: 1000 + told.count, ts: Date.now() });
  }

  window.loaded = async (count) => {
    const late = performance.now() + 60_000;
    while (cards() < count) {
      if (performance.now() > late) throw new Error(`only ${cards()} cards`);
      scrollTo(0, document.documentElement.scrollHeight);
      await frame();
    }
    return cards();
  };

  window.smoothness = async () => {
    await loaded(1000);
    scrollTo(0, 0);
    for (let i = 0; i < 30; i++) await frame();
    const telling = setInterval(() => {
      for (let i = 0; i < 4; i++) tell();
    }, 16);
    const rounds = [];
    for (let i = 0; i < 3; i++) rounds.push(await round());
    clearInterval(telling);
    return { cards: cards(), progressed: told.count, rounds };
  };

  async function round() {
    const frames = [];
    let before = await frame();
    for (let i = 0; i < 300; i++) {
      // As fast as a wheel goes: down past those in progress, and back up.
      scrollTo(0, 120 * (i < 150 ? i : 300 - i));
      const now = await frame();
      frames.push(now - before);
      before = now;
    }
    frames.sort((a, b) => a - b);
    const at = (share) => Math.round(frames[Math.floor(frames.length * share)] * 10) / 10;
    return { median: at(0.5), p99: at(0.99), longest: at(0.9999) };
  }
})();
