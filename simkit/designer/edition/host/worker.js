// A worker with one Python in it, which answers one message after the other.
import { Python } from './python.js';
import { filesOf } from './parts.js';

let python;

// Runs `code` with a file in /mail, and removes the file afterwards.
function turn(code, name, content) {
  python.put(`mail/${name}`, content);
  try {
    python.turn(code);
  } finally {
    python.take(`mail/${name}`);
  }
}

const work = {
  async start({ module, parts }) {
    python = await Python.start(module);
    for (const part of parts) python.add(await filesOf(part));
    python.wake();
    python.turn("import sys\nsys.path.insert(0, '/app')");
    return { memory: python.memory };
  },

  open({ today, files }) {
    python.replace('work', files);
    python.turn(`from simkit.designer.edition.inside import answer as inside\napp = inside.designer('${today}')`);
  },

  async add({ parts }) {
    for (const part of parts) python.add(await filesOf(part));
    python.turn('import importlib\nimportlib.invalidate_caches()');
    return {};
  },

  ask({ method, path, query, type, body }) {
    const head = new TextEncoder().encode(`${JSON.stringify({ method, path, query, type })}\n`);
    const request = new Uint8Array(head.length + body.length);
    request.set(head);
    request.set(body, head.length);
    turn('inside.answer(app)', 'request', request);
    const answer = python.take('mail/answer');
    const end = answer.indexOf(10);
    return { ...JSON.parse(new TextDecoder().decode(answer.subarray(0, end))), body: answer.slice(end + 1) };
  },

  // years of a run: what is to be simulated, the simulation of it in another worker, and what came of it

  years() { python.turn('from simkit.designer.edition.inside import years'); },

  wanted({ name }) {
    python.turn(`years.ask(inside.MEMORY, ${JSON.stringify(name)})`);
    const asked = python.take('mail/asked');
    const end = asked.indexOf(10);
    return { number: Number(new TextDecoder().decode(asked.subarray(0, end))), job: asked.slice(end + 1) };
  },

  simulate({ job }) {
    turn('years.simulate()', 'asked', job);
    return python.take('mail/year');
  },

  add_year({ number, year }) {
    turn(`years.take(${Number(number)})`, 'year', year);
  },

  lost() { python.turn('years.ERRANDS.lose()'); },

  files() { return python.files('work'); },

  take({ files }) { python.replace('work', files); },

  memory() { return python.memory; },
};

// The worker holds a lock for as long as it lives. The page waits for that lock, so it notices any end, even a
// silent one, and never mistakes a busy worker for a dead one. Browsers have locks on https and file pages.
self.navigator.locks?.request(self.name, () => {
  self.postMessage({ holds: true });
  return new Promise(() => {});
});

let last = Promise.resolve();
self.onmessage = ({ data: { id, task, ...given } }) => {
  last = last.then(async () => {
    try {
      self.postMessage({ id, answer: await work[task](given) });
    } catch (error) {
      self.postMessage({ id, failed: String(error?.message ?? error) });
    }
  });
};
