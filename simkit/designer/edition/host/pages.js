// Asks the Python in a worker as one asks a server.
import { Desk } from './desk.js';
import { YearWorkers } from './years.js';

const SIMULATES = /^\/simkit\/f\/([^/]+)\/(run|return)(?:\/(next|stop))?(?![^/?#])/;
export const simulates = (address) => SIMULATES.test(address);
const SOON = 500;
const TO_SIMULATE = ['arrays', 'drawings', 'runs'];

/**
 * The desks: one for pages, one for runs and returns, so that no page ever waits for them; and the workers
 * that simulate years for the runs. `module` is the compiled Python, `parts` are always there, `behind` has
 * those that come later, by name.
 */
export class Desks {
  #given; #pages; #runs; #years; #changed; #last;

  /** `say` shows a sentence beside the page. */
  constructor(given, say) {
    this.#given = given;
    this.#years = new YearWorkers(() => this.#begun(), say);
  }

  /** Begin, or begin again, with these files; without any, with those that were there when last asked for. */
  async again(files = this.#last) {
    this.stop();
    this.#runs = undefined;
    this.#changed = true;
    this.#pages = await this.#opened(files);
  }

  /** End all workers, whatever they are doing. */
  stop() {
    this.#pages?.stop();
    this.#runs?.then((desk) => desk.stop(), () => {});
    this.#years.end();
  }

  async #begun() {
    const { code, behind, module, parts } = this.#given;
    const desk = new Desk(code, behind);
    await desk.send('start', { module, parts });
    return desk;
  }

  async #opened(files) {
    const desk = await this.#begun();
    await desk.send('open', { today: this.#given.today, files });
    return desk;
  }

  async #forRuns() {
    const desk = await this.#opened([]);
    await desk.need(TO_SIMULATE);
    await desk.send('years');
    return desk;
  }

  async ask(address, how = {}) {
    const [, name, kind, action] = SIMULATES.exec(address) ?? [];
    if (!kind) {
      this.#changed ||= how.method === 'POST';
      return this.#pages.ask(address, how);
    }
    this.#runs ??= this.#forRuns();
    const desk = await this.#runs;
    if (kind === 'run') setTimeout(() => this.#years.warm(), SOON); // the screen comes first
    if (this.#changed) {
      this.#changed = false;
      await desk.send('take', { files: await this.files() });
    }
    if (action === 'stop') await this.#years.stop(desk);
    if (action === 'next') {
      await this.#years.more(desk, decodeURIComponent(name));
      return desk.ask(address.replace('/run/next', '/run/so-far'), how);
    }
    return desk.ask(address, how);
  }

  need(names) { return this.#pages.need(names); }

  async files() {
    this.#last = await this.#pages.send('files');
    return this.#last;
  }
}
