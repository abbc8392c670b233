// What makes a page of the designer livelier.
import { startReveals } from './reveal.js';
import { startKeeping } from './kept.js';
import { startEditor } from './editor.js';
import { startPreview } from './preview.js';

export function enliven(page) {
  startReveals(page);
  startKeeping(page);
  startPreview(page.querySelector('form[data-preview]'));
  startEditor(page.querySelector('[data-editor]'));
  const summary = page.getElementById('summary');
  if (summary) summary.focus();
}
