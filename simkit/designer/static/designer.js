// The designer's page comes alive. Everything works without this, less lively.
import { enliven } from './alive.js';

enliven(document);
