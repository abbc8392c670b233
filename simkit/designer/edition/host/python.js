// Python in WebAssembly, and all that is particular to it: another Python is put in its place here.
import { Folder } from './files.js';
import { wasi } from './wasi.js';

const LIBRARY = 'python315.zip'; // Python looks there for its library; a folder does as well
const NO_HOST = -1;

/** A Python that keeps its names from one turn to the next. */
export class Python {
  #instance; #complaints = ''; #library; #root;

  /** `module` is the compiled interpreter. */
  static async start(module) {
    const python = new Python();
    await python.#begin(module);
    return python;
  }

  async #begin(module) {
    this.#root = new Folder();
    this.#library = new Folder();
    for (const name of ['tmp', 'mail', 'app', 'work']) this.#root.folder(name);
    const functions = wasi({
      preopens: [['/usr/local/lib', this.#library], ['/', this.#root]],
      args: ['/usr/local/bin/python.wasm'],
      env: { TMPDIR: '/tmp', HOME: '/tmp', PYTHONTZPATH: '', PYTHONDONTWRITEBYTECODE: '1' },
      memory: () => this.#instance.exports.memory,
      said: (where, words) => { if (where === 'error') this.#complaints = (this.#complaints + words).slice(-8000); },
    });
    this.#instance = await WebAssembly.instantiate(module, {
      wasi_snapshot_preview1: functions,
      host: { call: () => NO_HOST },
    });
  }

  /** Put the files of a part in place: its library, and what lies in other folders. */
  add(files) {
    for (const [path, content] of files) {
      const [first, ...rest] = path.split('/');
      if (first === 'lib') this.#library.put(`${LIBRARY}/${rest.join('/')}`, content);
      else this.#root.put(path, content);
    }
  }

  /** Before the first turn, when the library is there. */
  wake() { this.#instance.exports._initialize(); }

  /** Run a piece of code. Throws with the traceback where it raises. */
  turn(code) {
    const bytes = new TextEncoder().encode(code);
    const at = this.#instance.exports.host_alloc(bytes.length) >>> 0;
    new Uint8Array(this.#instance.exports.memory.buffer, at, bytes.length).set(bytes);
    this.#complaints = '';
    const status = this.#instance.exports.turn(at, bytes.length);
    if (status !== 0) throw new Error(this.#complaints || `Python answered ${status}`);
  }

  put(path, content) { this.#root.put(path, content); }

  /** Remove a file and return its content. */
  take(path) {
    const content = this.#root.find(path)?.content;
    this.#root.remove(path);
    return content;
  }

  /** The files of a folder and of the folders in it, as pairs of a path and the content. */
  files(path) {
    const found = [];
    const look = (folder, before) => {
      for (const [name, node] of folder.entries) {
        if (node.entries) look(node, `${before}${name}/`); else found.push([before + name, node.content.slice()]);
      }
    };
    look(this.#root.find(path), '');
    return found;
  }

  /** Make a folder hold these files and no others. */
  replace(path, files) {
    this.#root.folder(path).entries.clear();
    for (const [name, content] of files) this.#root.put(`${path}/${name}`, content);
  }

  get memory() { return this.#instance.exports.memory.buffer.byteLength; }
}
