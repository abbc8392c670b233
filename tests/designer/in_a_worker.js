// The page's own Python, for tests: it runs a piece of code, and gives back a file.
import { Python } from '../../simkit/designer/edition/host/python.js';
import { filesOf } from '../../simkit/designer/edition/host/parts.js';

self.onmessage = async ({ data: { module, parts, files, code, result } }) => {
  try {
    const python = await Python.start(module);
    for (const part of parts) python.add(await filesOf(part));
    for (const [path, text] of files) python.put(path, new TextEncoder().encode(text));
    python.wake();
    python.turn(code);
    self.postMessage({ result: new TextDecoder().decode(python.take(result)) });
  } catch (error) {
    self.postMessage({ failed: String(error?.message ?? error) });
  }
};
