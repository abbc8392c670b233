// Where the frameworks of the page are: in the page alone, until somebody saves them to a file.

const KEY = 'simkit/frameworks';
const strip = document.getElementById('strip');
const note = document.getElementById('strip-note');
const list = document.getElementById('strip-files');
const textOf = (content) => new TextDecoder().decode(content);

function made(tag, text, more = {}) {
  return Object.assign(document.createElement(tag), { textContent: text, ...more });
}

function addressOf(content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return address;
}

export class Saving {
  #outside = new Map(); // by name, the text that is in a file outside
  #keep = false;
  #note = '';
  #told = ''; // the page that the note was said on
  files = [];

  constructor() {
    addEventListener('beforeunload', (event) => { if (!this.#keep && this.#open().length) event.preventDefault(); });
  }

  /** What was kept in this browser last time, as pairs of a name and the content. */
  kept() {
    let found = [];
    try { found = JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { /* nothing was kept */ }
    this.#keep = found.length > 0;
    return found.map(([name, text]) => [name, new TextEncoder().encode(text)]);
  }

  /** What Python holds now. */
  look(files) {
    this.files = files.filter(([name]) => /^[^/]+\.ya?ml$/i.test(name));
    if (this.#keep) this.#store();
    if (this.#told !== location.hash) this.#note = '';
    this.#draw();
  }

  /** The frameworks among the files of a form: they are in a file already. */
  async know(fields) {
    for (const file of fields.values()) {
      if (file instanceof File && /\.ya?ml$/i.test(file.name)) this.#outside.set(file.name, textOf(await file.arrayBuffer()));
    }
  }

  say(note) {
    this.#note = note;
    this.#told = location.hash;
    this.#draw();
  }

  download(name, content, type) {
    made('a', '', { href: addressOf(content, type), download: name }).click();
    this.say(`${name} went to your browser's downloads.`);
  }

  openInTab(content, type) { window.open(addressOf(content, type), '_blank', 'noopener'); }

  #open() { return this.files.filter(([name, content]) => this.#outside.get(name) !== textOf(content)); }

  #save(name, content) {
    this.download(name, content, 'application/yaml');
    this.#outside.set(name, textOf(content));
    this.say(`${name} went to your browser's downloads. To continue another day: open this page, choose `
      + '“Open a framework file” on the first screen, and choose that file.');
  }

  #store() {
    try {
      if (this.#keep) localStorage.setItem(KEY, JSON.stringify(this.files.map(([name, content]) => [name, textOf(content)])));
      else localStorage.removeItem(KEY);
    } catch {
      this.#keep = false;
      this.say('This browser does not let the page keep anything. Save your framework to a file instead.');
    }
  }

  #draw() {
    note.textContent = this.#note;
    list.replaceChildren();
    for (const [name, content] of this.#open()) {
      const line = made('p', `${name} is only in this page so far. `);
      const button = made('button', 'Save it to a file', { type: 'button', className: 'second' });
      button.onclick = () => this.#save(name, content);
      line.append(button);
      list.append(line);
    }
    if (this.files.length) {
      const label = made('label', ' Keep my frameworks in this browser too, so that they are here next time');
      const box = made('input', '', { type: 'checkbox', checked: this.#keep });
      box.onchange = () => { this.#keep = box.checked; this.#store(); };
      label.prepend(box);
      list.append(label);
    }
    strip.hidden = !this.#note && !list.childNodes.length;
  }
}
