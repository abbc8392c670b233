// The designer's page comes alive. Everything works without this, less lively.
import { startReveals } from './reveal.js';
import { startKeeping } from './kept.js';
import { startEditor } from './editor.js';
import { startPreview } from './preview.js';

startReveals(document);
startKeeping(document);
startPreview(document.querySelector('form[data-preview]'));
startEditor(document.querySelector('[data-editor]'));

const summary = document.getElementById('summary');
if (summary) summary.focus();
