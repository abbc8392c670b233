// The page around the designer's pages: it asks Python for them and shows them, as a browser does with a server.
import { Desk, ask } from './pages.js';
import { startSaving } from './saving.js';
import { enliven } from '../../static/alive.js';

const FIRST = '/simkit/';
const place = document.getElementById('page');

let desk, here = FIRST, saving;

/** An address of the designer's, from a link or a form of its pages; null for any other. */
function ours(address) {
  if (address === null || address === undefined) return null;
  const found = /^(?:file:\/\/\/(?:[A-Za-z]:)?|https?:\/\/[^/]+)?(\/?simkit\/.*)$/.exec(address);
  return found ? `/${found[1].replace(/^\//, '')}` : null;
}

const title = (words) => { document.title = words; };

function show({ body, headers, address }, { keepPlace = false } = {}) {
  const page = new DOMParser().parseFromString(new TextDecoder().decode(body), 'text/html');
  here = address;
  for (const script of page.querySelectorAll('script, link')) script.remove();
  for (const form of page.querySelectorAll('form:not([action])')) form.setAttribute('action', address);
  title(page.title);
  place.replaceChildren(...page.body.childNodes);
  for (const frame of place.querySelectorAll('iframe[src]')) fill(frame);
  enliven(document);
  const anchor = address.split('#')[1];
  const target = anchor && document.getElementById(anchor);
  if (target) target.scrollIntoView();
  else if (!keepPlace) {
    scrollTo(0, 0);
    if (!document.getElementById('summary')) document.getElementById('main')?.focus({ preventScroll: true });
  }
  return headers;
}

async function fill(frame) {
  const address = ours(frame.getAttribute('src'));
  frame.removeAttribute('src');
  if (address) frame.srcdoc = new TextDecoder().decode((await ask(desk, address)).body);
}

function nameOf(headers) {
  const found = /^attachment;.*filename="?([^";]+)/.exec(headers['Content-Disposition'] ?? '');
  return found?.[1];
}

async function go(address, { how = {}, push = true, tab = false } = {}) {
  document.documentElement.dataset.busy = '';
  try {
    const answer = await ask(desk, address, how);
    const file = nameOf(answer.headers);
    if (file) return saving.download(file, answer.body, answer.headers['Content-Type']);
    if (tab) return saving.openInTab(answer.body, answer.headers['Content-Type']);
    if (push && answer.address !== here) history.pushState(null, '', `#${answer.address}`);
    show(answer);
  } finally {
    delete document.documentElement.dataset.busy;
    if (how.method === 'POST') await saving.look();
  }
}

// As a browser sends the fields of a form: lines end in CR LF.
function fieldsOf(form, submitter) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) {
    fields.append(name, typeof value === 'string' ? value.replace(/\r\n|\r|\n/g, '\r\n') : value.name);
  }
  return fields;
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href]');
  if (!link || !place.contains(link) || event.defaultPrevented || event.button) return;
  const written = link.getAttribute('href');
  if (written.startsWith('#')) {
    event.preventDefault();
    const target = document.getElementById(written.slice(1));
    target?.focus();
    target?.scrollIntoView();
    return;
  }
  const address = ours(written);
  if (!address) return;
  event.preventDefault();
  go(address, { tab: link.target === '_blank' });
});

document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event;
  const address = ours(submitter?.getAttribute('formaction') ?? form.getAttribute('action'));
  if (!address) return;
  event.preventDefault();
  const method = (submitter?.getAttribute('formmethod') ?? form.method).toUpperCase();
  if (method === 'GET') {
    go(`${address.split(/[?#]/)[0]}?${fieldsOf(form, submitter)}`);
    return;
  }
  const body = form.enctype === 'multipart/form-data' ? new FormData(form, submitter) : fieldsOf(form, submitter);
  go(address, { how: { method, body } });
});

addEventListener('popstate', () => {
  const address = ours(location.hash.slice(1)) ?? FIRST;
  if (address !== here) go(address, { push: false });
});

/** Show the first page. `begin` starts a desk with the files that it is given. */
export async function startFrame(begin, tell) {
  saving = startSaving({ files: () => desk.send('files'), tell });
  desk = await begin(saving.kept());
  // the scripts of the designer's pages ask Python, and know nothing of it
  globalThis.fetch = async (address, { method = 'GET', body = null, headers = {} } = {}) => {
    const type = headers['Content-Type'];
    const sent = type ? new Blob([body], { type }) : body;
    const answer = await ask(desk, ours(String(address)), { method, body: sent });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
  const asked = ours(location.hash.slice(1)) ?? FIRST;
  show(await ask(desk, asked), { keepPlace: true });
  await saving.look();
  return desk;
}
