// The text of the file: line numbers, what is wrong while one types, and going to a line.
import { note, send, STOPPED, store } from './kept.js';

const PAUSE = 30; // after a key, before the check is asked for
const KEEP = 500; // after a key, before the text is kept

export function startEditor(form) {
  if (!form) return;
  const box = form.elements.text;
  const numbers = form.querySelector('.numbers');
  const state = document.getElementById('state');
  const key = form.dataset.keptAs;
  const saved = box.defaultValue;

  const number = () => {
    const count = box.value.split('\n').length;
    numbers.textContent = Array.from({ length: count }, (_, at) => at + 1).join('\n');
    numbers.scrollTop = box.scrollTop;
  };
  box.addEventListener('scroll', () => { numbers.scrollTop = box.scrollTop; });
  number();

  const left = store.get(key);
  if (left && left.text !== box.value) {
    box.value = left.text;
    form.elements.version.value = left.version;
    note('simkit had stopped before this text was saved. It is put back below, as you typed it.');
    number();
  }

  // One check at a time; the newest text is checked last.
  let asked = 0, running = false, keeping = 0, unkept = false;
  const check = async (keep) => {
    if (running) { asked = 2; unkept ||= keep; return; }
    running = true;
    asked = 0;
    const text = box.value;
    const version = form.elements.version.value;
    try {
      const parts = await send(form.dataset.check, { text, version, keep });
      for (const name of ['problems', 'bar', 'picture']) {
        const place = document.querySelector(`[data-live="${name}"]`);
        if (place && parts[name] !== undefined && !place.contains(document.activeElement)) place.innerHTML = parts[name];
      }
      announce();
      if (parts.kept) throw new Error(parts.kept);
      if (keep) { store.remove(key); state.textContent = text === saved ? '' : 'Kept, not saved yet.'; }
      if (parts.changed && text !== saved) state.textContent = 'The file was changed elsewhere. When you save, both changes are combined.';
      note('');
    } catch (error) {
      store.set(key, { text, version });
      note(error instanceof TypeError ? STOPPED : `What you type is not kept yet. ${error.message}`);
    } finally {
      running = false;
      if (asked) { const also = unkept; unkept = false; check(also); }
    }
  };

  const counts = document.getElementById('counts');
  let told = '';
  const announce = () => {
    const words = document.querySelector('[data-live="bar"] .missing')?.textContent ?? '';
    if (words !== told) { told = words; counts.textContent = words; }
  };

  let soon = 0;
  box.addEventListener('input', () => {
    number();
    clearTimeout(soon);
    clearTimeout(keeping);
    soon = setTimeout(() => check(false), PAUSE);
    keeping = setTimeout(() => check(true), KEEP);
  });

  const go = (line, column, endLine, endColumn) => {
    const lines = box.value.split('\n');
    const offset = (l, c) => lines.slice(0, l - 1).reduce((sum, each) => sum + each.length + 1, 0) + Math.max(0, c - 1);
    const start = offset(line, column);
    const end = endLine ? offset(endLine, endColumn) : offset(line, 1) + (lines[line - 1] ?? '').length;
    box.focus();
    box.setSelectionRange(Math.min(start, end), Math.max(start, end));
    const height = parseFloat(getComputedStyle(box).lineHeight);
    box.scrollTop = Math.max(0, (line - 4) * height);
    box.scrollLeft = 0;
  };
  form.closest('.width').addEventListener('click', (event) => {
    const link = event.target.closest('a[data-line]');
    if (!link) return;
    event.preventDefault();
    const { line, column, endLine, endColumn } = link.dataset;
    go(+line, +column, +endLine, +endColumn);
  });
  if (form.dataset.line) go(+form.dataset.line, 1);

  form.addEventListener('submit', () => { clearTimeout(soon); clearTimeout(keeping); store.remove(key); });
}
