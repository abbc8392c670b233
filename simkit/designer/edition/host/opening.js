// Opens the page: brings the parts, starts Python, shows the first screen, and then brings the rest.
import { startBehind } from './behind.js';
import { startFrame } from './frame.js';
import { bytesOf, streamOf } from './source.js';

const words = document.getElementById('opening-words');
const bar = document.getElementById('opening-bar');
const plan = JSON.parse(document.getElementById('plan').textContent);
const worker = document.getElementById('worker').textContent;

const day = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((each) => String(each).padStart(2, '0')).join('-');
};
const millions = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

async function compiled(told) {
  const stream = (await streamOf('python', told)).pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compileStreaming(new Response(stream, { headers: { 'Content-Type': 'application/wasm' } }));
}

async function open() {
  const first = plan.parts.filter((part) => part.first);
  const whole = first.reduce((sum, part) => sum + part.size, 0);
  let come = 0;
  const told = (size) => {
    if ('lacking' in document.documentElement.dataset) return;
    come += size;
    bar.value = come / whole;
    words.textContent = `Loading simkit: ${millions(come)} of ${millions(whole)}`;
  };
  const [module, ...parts] = await Promise.all([
    compiled(told),
    ...first.filter((part) => part.name !== 'python').map((part) => bytesOf(part.name, told)),
  ]);
  words.textContent = 'Starting';
  const behind = new Map();
  await startFrame({ code: worker, module, parts, behind, today: day() });
  document.getElementById('opening').remove();
  document.documentElement.dataset.usable = String(Math.round(performance.now()));
  for (const [name, part] of startBehind(plan.parts.filter((each) => !each.first), bytesOf)) behind.set(name, part);
}

const reasons = (error) => {
  if (error instanceof RangeError || /memory|allocat/i.test(error.message)) {
    return 'This computer has too little memory free for the page. Close other programs and tabs, and open it again.';
  }
  if (error instanceof WebAssembly.CompileError) return 'This browser does not run this kind of WebAssembly, or it is forbidden here. Try another browser, or ask IT.';
  return 'The page could not be opened. Perhaps a file is missing beside it, or was changed: copy the whole folder again.';
};

if (!('lacking' in document.documentElement.dataset)) {
  open().catch((error) => {
    globalThis.simkitLacking(reasons(error));
    console.error(error);
  });
}
