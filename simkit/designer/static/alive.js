// What makes a page of the designer livelier.
import { startReveals } from './reveal.js';
import { startKeeping } from './kept.js';
import { startEditor } from './editor.js';
import { startPreview } from './preview.js';
import { startReturn } from './return.js';
import { startRun, startSliders } from './run.js';

export function enliven(page) {
  startReveals(page);
  startKeeping(page);
  startPreview(page.querySelector('form[data-preview]'));
  startReturn(page.querySelector('form[data-return]'));
  startSliders(page);
  startRun(page.querySelector('[data-run]'));
  startEditor(page.querySelector('[data-editor]'));
  const summary = page.getElementById('summary');
  if (summary) summary.focus();
}
