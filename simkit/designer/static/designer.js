// The designer's page comes alive. Everything works without this, less lively.
import { startReveals } from './reveal.js';
import { startKeeping } from './kept.js';
import { startEditor } from './editor.js';

startReveals(document);
startKeeping(document);
startEditor(document.querySelector('[data-editor]'));

const summary = document.getElementById('summary');
if (summary) summary.focus();
