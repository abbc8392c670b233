// Asks the Python in a worker as one asks a server.

const SIMULATES = /^\/simkit\/f\/[^/]+\/(run|return)(?![^/?#])/;
const TO_SIMULATE = ['arrays', 'drawings', 'runs'];

/**
 * The two desks: one for pages, one for what simulates, so that no page ever waits for a run.
 * `module` is the compiled Python, `parts` are always there, `behind` has those that come later, by name.
 */
export class Desks {
  #given; #pages; #runs; #changed; #last;

  constructor(given) { this.#given = given; }

  /** Begin, or begin again, with these files; without any, with those that were there when last asked for. */
  async again(files = this.#last) {
    this.#pages?.stop();
    this.#runs?.then((desk) => desk.stop(), () => {});
    this.#runs = undefined;
    this.#changed = true;
    this.#pages = await this.#begun(files);
  }

  async #begun(files) {
    const { code, behind, ...rest } = this.#given;
    const desk = new Desk(code, behind);
    await desk.send('start', { ...rest, files });
    return desk;
  }

  async ask(address, how = {}) {
    if (!SIMULATES.test(address)) {
      this.#changed ||= how.method === 'POST';
      return ask(this.#pages, address, how);
    }
    this.#runs ??= this.#begun([]);
    const desk = await this.#runs;
    await desk.need(TO_SIMULATE);
    if (this.#changed) {
      this.#changed = false;
      await desk.send('take', { files: await this.files() });
    }
    return ask(desk, address, how);
  }

  need(names) { return this.#pages.need(names); }

  async files() {
    this.#last = await this.#pages.send('files');
    return this.#last;
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
