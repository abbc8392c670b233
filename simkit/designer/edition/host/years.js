// Simulates the years of a run in workers of their own, several side by side; Stop ends them.

const MOST = 3; // each takes the memory of a Python with numpy
const SMALL = 4; // GB of a computer on which one is enough
const MOST_LOST = 2; // in turn; then the fault is not one of memory, or there is too little for any
const TO_SIMULATE = ['arrays', 'runs'];
const LITTLE = 'This computer has little memory, so simkit simulates one year at a time.';
const FEWER = 'simkit ran short of memory. It now simulates one year at a time. No figures are lost. Closing other tabs may help.';
const NONE = 'A year could not be simulated: memory ran out, or there is a fault in simkit. Close other programs and tabs, then choose Continue.';

// in browsers that do not report memory, the number depends on the processors alone
const little = () => navigator.deviceMemory <= SMALL;
const fitting = () => (little() ? 1 : Math.max(1, Math.min((navigator.hardwareConcurrency ?? 2) - 1, MOST)));

export class YearWorkers {
  #begin; #say; #most = fitting(); #idle = []; #lost = 0; #turn = 0; #handed = Promise.resolve();
  #going = new Map(); // a promise for each year under way, by its desk

  /** `begin` gives a desk with Python up, `say` shows a sentence. */
  constructor(begin, say) {
    this.#begin = begin;
    this.#say = say;
  }

  /** Begin so many workers as fit, where they are not there. */
  warm() {
    while (this.#idle.length + this.#going.size < this.#most) {
      const desk = this.#begun();
      desk.catch(() => {}); // whoever uses it hears of it
      this.#idle.push(desk);
    }
  }

  async #begun() {
    const desk = await this.#begin();
    await desk.need(TO_SIMULATE);
    await desk.send('years');
    return desk;
  }

  /** Go on with the runs of a file until one more year is there. `runs` is the desk that knows them. */
  async more(runs, name) {
    const turn = this.#turn;
    if (little()) this.#say(LITTLE);
    await this.#hand(runs, name);
    if (this.#going.size) await Promise.race(this.#going.values());
    if (turn === this.#turn) await this.#hand(runs, name); // so that nobody idles while the answer is drawn
  }

  #hand(runs, name) {
    const handed = this.#handed.then(() => this.#handOut(runs, name));
    this.#handed = handed.catch(() => {});
    return handed;
  }

  async #handOut(runs, name) {
    const turn = this.#turn;
    this.warm();
    while (this.#idle.length) {
      const { number, job } = await runs.send('wanted', { name });
      if (turn !== this.#turn || !number) return;
      const desk = this.#idle.shift();
      const year = this.#simulated(runs, desk, number, job);
      year.catch(() => {}); // whoever waits for it hears of it
      this.#going.set(desk, year);
    }
  }

  async #simulated(runs, coming, number, job) {
    const turn = this.#turn;
    try {
      const desk = await coming;
      const year = await desk.send('simulate', { job });
      if (turn !== this.#turn) return;
      this.#lost = 0;
      await runs.send('add_year', { number, year });
      if (turn !== this.#turn) return;
      this.#going.delete(coming);
      this.#idle.push(coming);
    } catch (error) {
      if (turn !== this.#turn) return;
      console.error(error);
      this.#most = 1;
      this.end();
      await runs.send('lost');
      if (++this.#lost > MOST_LOST || error.final) {
        this.#lost = 0;
        this.#say(NONE);
        throw Object.assign(error, { final: true });
      }
      this.#say(FEWER);
    }
  }

  /** End the years under way, and begin other workers for the next run. */
  async stop(runs) {
    this.#turn += 1;
    this.#end([...this.#going.keys()]);
    this.#going.clear();
    await runs.send('lost');
    this.warm();
  }

  /** End all workers. */
  end() {
    this.#turn += 1;
    this.#end([...this.#idle, ...this.#going.keys()]);
    this.#idle = [];
    this.#going.clear();
  }

  #end(desks) {
    for (const each of desks) each.then((desk) => desk.stop(), () => {});
  }
}
