// One worker with one Python in it, asked as one asks a server.

export class Desk {
  #worker; #waiting = new Map(); #asked = 0; #behind; #there = new Map(); #ended;

  /** `code` is the worker's script; `behind` has the parts that load later, by name. */
  constructor(code, behind) {
    this.#behind = behind;
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const name = `simkit ${Date.now()} ${Math.random()}`;
    this.#worker = new Worker(address, { name });
    URL.revokeObjectURL(address);
    this.#worker.onmessage = ({ data: { id, answer, failed, holds } }) => {
      if (holds) {
        navigator.locks.request(name, () => this.#end(new Error('The worker ended.')));
        return;
      }
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failed === undefined) waiting?.resolve(answer); else waiting?.reject(new Error(failed));
    };
    this.#worker.onerror = (event) => this.#end(new Error(event.message || 'The worker did not start.'));
  }

  send(task, given = {}) {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const id = ++this.#asked;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, task, ...given });
    });
  }

  /** Add parts that load after the first screen; waits until they are there. */
  async need(names) {
    for (const name of names) {
      if (!this.#there.has(name)) {
        this.#there.set(name, this.#behind.get(name).then((part) => this.send('add', { parts: [part] })));
      }
    }
    await Promise.all(names.map((name) => this.#there.get(name)));
  }

  /** One request, as an address with its query, and its answer. Redirections are followed. */
  async ask(address, { method = 'GET', body = null } = {}) {
    for (;;) {
      const { pathname, search } = new URL(address, 'http://localhost');
      const packed = body === null ? null : new Response(body);
      const answer = await this.send('ask', {
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

  /** End the worker, whatever it is doing. */
  stop() { this.#end(new Error('Stopped.')); }

  #end(error) {
    this.#ended ??= error;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
