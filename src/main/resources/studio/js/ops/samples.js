/** What changes from look to look and is kept nowhere else: the last ten minutes, in this page. */

const KEPT = 300;

/** Rows of figures, oldest first. */
export class Samples {
  rows = [];

  clear() {
    this.rows = [];
  }

  /** @param {object} overview an answer of `GET /api/admin/overview` */
  take({ at, queues, holders, here }) {
    const row = {
      at: Date.parse(at) / 1000,
      busy: holders.reduce((sum, holder) => sum + holder.generations, 0),
      own: here.workers.busy,
      slots: here.workers.slots,
      sockets: here.sockets,
      creates: here.provider.creates.left,
      calls: here.provider.calls.left,
    };
    for (const { priority, ready, held_back: heldBack, oldest_ms: oldest } of queues) {
      row[`waiting.${priority}`] = ready + heldBack;
      row[`oldest.${priority}`] = (oldest ?? 0) / 1000;
    }
    if (this.rows.at(-1)?.at !== row.at) this.rows = [...this.rows.slice(1 - KEPT), row];
  }
}
