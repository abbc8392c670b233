// What is typed is kept, in the folder while simkit runs and else in this browser, until it is saved.

const WAIT = 600;

export async function send(address, data) {
  const answer = await fetch(address, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(data),
  });
  if (!answer.ok) throw new Error(`The designer answered ${answer.status}`);
  return answer.json();
}

// The browser may forbid its store; then the page itself is the only copy. A page without a server has its own.
const shelf = () => globalThis.simkitShelf ?? localStorage;
export const store = {
  get(key) { try { return JSON.parse(shelf().getItem(`simkit/${key}`)); } catch { return null; } },
  set(key, value) { try { shelf().setItem(`simkit/${key}`, JSON.stringify(value)); return true; } catch { return false; } },
  remove(key) { try { shelf().removeItem(`simkit/${key}`); } catch { /* nothing was kept */ } },
};

export function note(words) {
  const place = document.getElementById('kept-note');
  if (!place) return;
  place.replaceChildren();
  if (words) place.append(Object.assign(document.createElement('p'), { textContent: words }));
  place.hidden = !words;
}

export const STOPPED = 'simkit has stopped answering. What you type is kept in this browser. '
  + 'Start simkit again in the same way, open this screen, and it is put back.';

function valuesOf(form) {
  const fields = {};
  for (const [key, value] of new FormData(form)) {
    if (key !== 'version' && typeof value === 'string') (fields[key] ??= []).push(value);
  }
  return fields;
}

function putBack(form, fields) {
  for (const field of form.elements) {
    if (!field.name || field.name === 'version' || field.type === 'hidden' || field.tagName === 'BUTTON') continue;
    const values = fields[field.name] ?? [];
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = values.includes(field.value);
    else if (field.type !== 'file' && values.length) field.value = values[0];
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function startKeeping(page) {
  for (const form of page.querySelectorAll('form[data-keep]')) keepForm(form);
}

function keepForm(form) {
  const { keep: address, screen } = form.dataset;
  const key = form.dataset.keptAs;
  const version = form.elements.version?.value ?? '';
  const saved = valuesOf(form);
  const typed = JSON.parse(form.dataset.typed || 'null') ?? store.get(key);
  if (typed && !same(typed, saved) && !form.dataset.answered) {
    putBack(form, typed);
    // a form without a screen has nothing to save
    note(screen ? 'What you typed here last time was not saved. It is back in the form below: save it or change it.'
      : 'What you typed here last time is back in the form below.');
  }
  let timer = 0;
  let last = valuesOf(form);
  const keep = async () => {
    const fields = valuesOf(form);
    if (same(fields, last)) return;
    last = fields;
    try {
      const { kept } = await send(address, { screen, fields, version, saved: same(fields, saved) });
      if (kept) throw new Error(kept);
      store.remove(key);
    } catch (error) {
      const held = store.set(key, fields);
      const gone = error instanceof TypeError;
      note(gone ? STOPPED : `What you type is not kept yet. ${error.message}${held ? ' It is kept in this browser.' : ''}`);
    }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(keep, WAIT); };
  form.addEventListener('input', later);
  form.addEventListener('change', later);
  form.addEventListener('submit', () => { clearTimeout(timer); store.remove(key); });
}
