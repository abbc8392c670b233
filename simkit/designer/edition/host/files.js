// A file system in memory: folders and files, nothing of the computer's own.

export class File {
  constructor(content = new Uint8Array(), time = 0n) {
    this.room = content; // may be longer than the file, so that it can grow
    this.size = content.length;
    this.time = time;
  }

  get content() { return this.room.subarray(0, this.size); }

  resize(size) {
    if (size > this.room.length) {
      const room = new Uint8Array(Math.max(size, 2 * this.size));
      room.set(this.content);
      this.room = room;
    } else if (size > this.size) this.room.fill(0, this.size, size);
    this.size = size;
  }

  write(bytes, at) {
    if (at + bytes.length > this.size) this.resize(at + bytes.length);
    this.room.set(bytes, at);
  }
}

export class Folder {
  constructor(time = 0n) {
    this.entries = new Map();
    this.time = time;
  }

  get size() { return 0; }

  folder(name) {
    let found = this.entries.get(name);
    if (!found) this.entries.set(name, found = new Folder(this.time));
    return found;
  }

  put(path, content) {
    const names = path.split('/');
    const last = names.pop();
    names.reduce((folder, name) => folder.folder(name), this).entries.set(last, new File(content, this.time));
  }

  remove(path) {
    const [, folder, name] = /^(.*?)([^/]*)$/.exec(path);
    this.find(folder)?.entries.delete(name);
  }

  find(path) {
    return path.split('/').filter(Boolean).reduce((at, name) => at?.entries?.get(name), this);
  }
}
