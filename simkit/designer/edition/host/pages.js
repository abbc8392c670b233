// Asks the Python in a worker as one asks a server.

/** Begins workers with Python in them: the compiled `module`, the `parts` that are always there, what comes `behind`. */
export class Desks {
  constructor({ code, module, parts, behind, today }) {
    Object.assign(this, { code, module, parts, behind, today });
  }

  async begin(files) {
    const desk = new Desk(this.code, this.behind);
    await desk.send('start', { module: this.module, parts: this.parts, today: this.today, files });
    return desk;
  }
}

/** One worker. */
class Desk {
  #worker; #waiting = new Map(); #asked = 0; #behind; #there = new Map();

  constructor(code, behind) {
    this.#behind = behind;
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    this.#worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.#worker.onmessage = ({ data: { id, answer, failed } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failed === undefined) resolve(answer); else reject(new Error(failed));
    };
    this.#worker.onerror = (event) => this.#end(new Error(event.message || 'The worker did not start.'));
  }

  send(task, given = {}) {
    return new Promise((resolve, reject) => {
      const id = ++this.#asked;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, task, ...given });
    });
  }

  /** Put parts in place that come behind the first screen; waits until they are there. */
  async need(names) {
    for (const name of names) {
      if (!this.#there.has(name)) {
        this.#there.set(name, this.#behind.get(name).then((part) => this.send('add', { parts: [part] })));
      }
    }
    await Promise.all(names.map((name) => this.#there.get(name)));
  }

  stop() {
    this.#worker.terminate();
    this.#end(new Error('Stopped.'));
  }

  #end(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** One request, as an address with its query, and its answer. Redirections are followed. */
export async function ask(desk, address, { method = 'GET', body = null } = {}) {
  for (;;) {
    const { pathname, search } = new URL(address, 'http://localhost');
    const packed = body === null ? null : new Response(body);
    const answer = await desk.send('ask', {
      method,
      path: decodeURIComponent(pathname),
      query: search.slice(1),
      type: packed?.headers.get('Content-Type') ?? '',
      body: packed ? new Uint8Array(await packed.arrayBuffer()) : new Uint8Array(),
    });
    if (answer.status < 300 || answer.status >= 400) return { ...answer, address };
    address = answer.headers.Location;
    method = 'GET';
    body = null;
  }
}
