// A worker with one Python in it, which answers one message after the other.
import { Python } from './python.js';
import { filesOf } from './parts.js';

let python;

const work = {
  async start({ module, parts, today, files }) {
    python = await Python.start(module);
    for (const part of parts) python.add(await filesOf(part));
    python.replace('work', files);
    python.wake();
    python.turn(`import sys\nsys.path.insert(0, '/app')\nfrom simkit.designer.edition.inside import answer as inside\napp = inside.designer('${today}')`);
    return { memory: python.memory };
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
    python.put('tmp/request', request);
    python.turn('inside.answer(app)');
    const answer = python.take('tmp/answer');
    const end = answer.indexOf(10);
    return { ...JSON.parse(new TextDecoder().decode(answer.subarray(0, end))), body: answer.slice(end + 1) };
  },

  files() { return python.files('work'); },

  take({ files }) { python.replace('work', files); },

  memory() { return python.memory; },
};

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
