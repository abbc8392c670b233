// The page around the designer's pages: it asks Python for them and shows them, as a browser does with a server.
import { Saving } from './saving.js';
import { address as ours, fieldsOf, fileIn, how as howSent } from './forms.js';
import { Desks, simulates } from './pages.js';
import { enliven } from '../../static/alive.js';

const FIRST = '/simkit/';
const RESTARTED = 'simkit stopped, perhaps because memory ran out, and has been started again. Your frameworks and what you typed are still here. Runs and returns are gone: run again, or read the return again.';
const SLOW = 500;
const LONG = 60_000;
const working = document.getElementById('working');
const long = document.getElementById('long');
const place = document.getElementById('page');

let desks, saving, restarting, here = FIRST;

// one restart for all the requests that were under way
function restarted() {
  restarting ??= desks.again().then(() => saving.say(RESTARTED)).finally(() => { restarting = undefined; });
  return restarting;
}

async function answered(address, how = {}) {
  const waiting = setTimeout(() => { long.hidden = false; }, LONG);
  try {
    return await desks.ask(address, how);
  } catch (error) {
    if (error.final) throw error;
    console.error(error);
    await restarted();
    return desks.ask(address, how);
  } finally {
    clearTimeout(waiting);
    long.hidden = true;
  }
}

long.querySelector('button').onclick = () => desks.stop(); // the request that is waiting starts it again

function show({ body, address }, { first = false } = {}) {
  const page = new DOMParser().parseFromString(new TextDecoder().decode(body), 'text/html');
  here = address;
  for (const each of page.querySelectorAll('script, noscript, link')) each.remove();
  for (const form of page.querySelectorAll('form:not([action])')) form.setAttribute('action', address);
  for (const inner of page.querySelectorAll('iframe[src]')) fill(inner);
  document.title = page.title;
  place.replaceChildren(...page.body.childNodes);
  enliven(document);
  const target = document.getElementById(address.split('#')[1] ?? '');
  if (target) target.scrollIntoView();
  else if (!first) {
    scrollTo(0, 0);
    if (!document.getElementById('summary')) document.getElementById('main')?.focus({ preventScroll: true });
  }
}

async function fill(inner) {
  const address = ours(inner.getAttribute('src'));
  inner.removeAttribute('src');
  if (address) inner.srcdoc = new TextDecoder().decode((await answered(address)).body);
}

async function go(address, { how = {}, push = true, tab = false, needs = '' } = {}) {
  document.documentElement.dataset.busy = '';
  const slow = setTimeout(() => { working.hidden = false; }, SLOW);
  try {
    await desks.need(needs.split(' ').filter(Boolean));
    const answer = await answered(address, how);
    const type = answer.headers['Content-Type'];
    const file = fileIn(answer.headers);
    if (file) saving.download(file, answer.body, type);
    else if (tab) saving.openInTab(answer.body, type);
    else {
      if (push && answer.address !== here) history.pushState(null, '', `#${answer.address}`);
      show(answer);
    }
    if (how.method === 'POST') saving.look(await desks.files());
  } catch (error) {
    saving.say('That could not be done: a part of the page is missing, or memory ran out. What you wrote is still here.');
    console.error(error);
  } finally {
    clearTimeout(slow);
    working.hidden = true;
    delete document.documentElement.dataset.busy;
  }
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href]');
  if (!link || !place.contains(link) || event.defaultPrevented || event.button) return;
  const written = link.getAttribute('href');
  const address = ours(written);
  if (written.startsWith('#')) {
    document.getElementById(written.slice(1))?.focus();
    document.getElementById(written.slice(1))?.scrollIntoView();
  } else if (address) go(address, { tab: link.target === '_blank', needs: link.dataset.needs });
  else return;
  event.preventDefault();
});

document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event;
  const address = ours(submitter?.getAttribute('formaction') ?? form.getAttribute('action'));
  if (!address || event.defaultPrevented) return; // the designer's own script handles it
  event.preventDefault();
  saving.know(new FormData(form));
  const needs = submitter?.dataset.needs ?? form.dataset.needs;
  if (form.method === 'get') go(`${address.split(/[?#]/)[0]}?${fieldsOf(form, submitter)}`, { needs });
  else go(address, { how: howSent(form, submitter), needs });
});

addEventListener('popstate', () => {
  const address = ours(location.hash.slice(1)) ?? FIRST;
  if (address !== here) go(address, { push: false });
});

// The scripts of the designer's pages ask Python, and know nothing of it; nothing of theirs is stored.
function answerScripts() {
  const shelf = new Map();
  globalThis.simkitShelf = {
    getItem: (key) => shelf.get(key) ?? null,
    setItem: (key, text) => { shelf.set(key, text); },
    removeItem: (key) => { shelf.delete(key); },
  };
  globalThis.fetch = async (address, { method = 'GET', body = null, headers = {} } = {}) => {
    const type = headers['Content-Type'];
    const answer = await answered(ours(String(address)), { method, body: type ? new Blob([body], { type }) : body });
    if (method === 'POST') desks.files().catch(() => {}); // fetches them, so that a restart keeps what was typed
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
}

/** Show the first page. */
export async function startFrame(given) {
  saving = new Saving();
  desks = new Desks(given, (words) => saving.say(words));
  await desks.again(saving.kept());
  answerScripts();
  // runs, returns and frameworks that the browser did not keep were lost when the page was closed
  const asked = ours(location.hash.slice(1)) ?? FIRST;
  const answer = simulates(asked) ? null : await desks.ask(asked);
  show(answer?.status === 200 ? answer : await desks.ask(FIRST), { first: true });
  saving.look(await desks.files());
}
