// Where the frameworks of the page are: in the page alone, until somebody saves them to a file.

const KEY = 'simkit/frameworks';
const strip = document.getElementById('strip');
const words = new TextDecoder();

/** `files` gives the files that Python holds, as pairs of a name and the content. */
export function startSaving({ files }) {
  const inFiles = new Map(); // by name, the text that is in a file outside
  let now = [];
  let keep = false;

  const made = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const isText = (name) => /\.ya?ml$/i.test(name);

  const give = (name, content, type) => {
    const address = URL.createObjectURL(new Blob([content], { type }));
    made('a', '', { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };

  const draw = (note = '') => {
    const open = now.filter(([name, content]) => inFiles.get(name) !== words.decode(content));
    strip.replaceChildren();
    if (note) strip.append(made('p', note, { className: 'note' }));
    for (const [name, content] of open) {
      const line = made('p', `${name} is only in this page so far. `);
      const button = made('button', 'Save it to a file', { type: 'button', className: 'second' });
      button.onclick = () => {
        give(name, content, 'application/yaml');
        inFiles.set(name, words.decode(content));
        draw(`${name} went to your browser's downloads. To go on with it another day: open this page, choose “Open a framework file from another folder” on the first screen, and choose the file there.`);
      };
      line.append(button);
      strip.append(line);
    }
    if (now.length || keep) {
      const label = made('label', ' Keep my frameworks in this browser too, so that they are here next time');
      const box = made('input', '', { type: 'checkbox', checked: keep });
      box.onchange = () => { keep = box.checked; store(); draw(); };
      label.prepend(box);
      strip.append(label);
    }
    strip.hidden = !strip.childNodes.length;
  };

  const store = () => {
    try {
      if (!keep) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, JSON.stringify(now.map(([name, content]) => [name, words.decode(content)])));
    } catch (error) {
      keep = false;
      draw('This browser does not let the page keep anything. Save your framework to a file instead.');
    }
  };

  addEventListener('beforeunload', (event) => {
    if (!keep && now.some(([name, content]) => inFiles.get(name) !== words.decode(content))) event.preventDefault();
  });

  return {
    /** What was kept in this browser last time. */
    kept() {
      let found = [];
      try { found = JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { /* nothing was kept */ }
      keep = found.length > 0;
      return found.map(([name, text]) => [name, new TextEncoder().encode(text)]);
    },
    /** See what has changed. */
    async look() {
      now = (await files()).filter(([name]) => isText(name));
      if (keep) store();
      draw();
    },
    download(name, content, type) {
      give(name, content, type);
      draw(`${name} went to your browser's downloads.`);
    },
    openInTab(content, type) {
      const address = URL.createObjectURL(new Blob([content], { type }));
      window.open(address, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    },
  };
}
