// The functions of WASI preview 1 that Python asks for, over files in memory. No network, no process, no link.
import { File, Folder } from './files.js';

const E = { BADF: 8, EXIST: 20, INVAL: 28, ISDIR: 31, NOENT: 44, NOSYS: 52, NOTDIR: 54, NOTEMPTY: 55, SPIPE: 70 };
const KIND = { device: 2, folder: 3, file: 4 };
const OPEN = { create: 1, folder: 2, exclusive: 4, truncate: 8 };
const APPEND = 1;
const CHANGED = 4, CHANGED_NOW = 8; // of the flags that set a file's times
const ALL_RIGHTS = (1n << 30n) - 1n;
const CLOCK_EVENT = 0;
const MOST_RANDOM = 65536; // what the browser gives in one call

class Refused extends Error {
  constructor(number) { super(`error ${number}`); this.number = number; }
}

export class Exit extends Error {}

/** The import object of a module. `memory` gives its memory, `said` takes what it prints. */
export function wasi({ preopens, args, env, memory, said }) {
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  const numbers = new WeakMap();
  let numbered = 0;
  const open = [{ device: true }, { device: true, out: 'out' }, { device: true, out: 'error' },
    ...preopens.map(([path, node]) => ({ node, path, at: 0 }))];

  const view = () => new DataView(memory().buffer);
  const bytes = (at, length) => new Uint8Array(memory().buffer, at >>> 0, length);
  const text = (at, length) => decoder.decode(bytes(at, length));
  const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
  const number = (node) => {
    if (!numbers.has(node)) numbers.set(node, BigInt(++numbered));
    return numbers.get(node);
  };
  const opened = (fd) => open[fd] ?? refuse(E.BADF);
  const refuse = (why) => { throw new Refused(why); };
  const fileOf = (fd) => {
    const entry = opened(fd);
    if (entry.device) refuse(E.SPIPE);
    return entry.node instanceof File ? entry : refuse(E.ISDIR);
  };
  const folderOf = (fd) => {
    const { node } = opened(fd);
    return node instanceof Folder ? node : refuse(E.NOTDIR);
  };

  // Where a path leads: the folder that holds it, its last name, and what is there now.
  const place = (fd, at, length) => {
    const trail = [folderOf(fd)];
    const names = text(at, length).split('/').filter((name) => name && name !== '.');
    if (!names.length) return { holder: null, name: '', node: trail[0] };
    const last = names.pop();
    for (const name of names) {
      if (name === '..') { trail.pop(); if (!trail.length) refuse(E.NOENT); continue; }
      const node = trail.at(-1).entries.get(name) ?? refuse(E.NOENT);
      trail.push(node instanceof Folder ? node : refuse(E.NOTDIR));
    }
    if (last === '..') return { holder: null, name: '', node: trail.at(-2) ?? refuse(E.NOENT) };
    const holder = trail.at(-1);
    return { holder, name: last, node: holder.entries.get(last) };
  };
  const touched = (holder) => { holder.time = now(); };

  const eachPiece = (vectors, count, use) => {
    let total = 0;
    for (let n = 0; n < count; n++) {
      const at = vectors + 8 * n;
      const length = view().getUint32(at + 4, true);
      const done = use(bytes(view().getUint32(at, true), length), total);
      total += done;
      if (done < length) break;
    }
    return total;
  };
  const read = (node, from, vectors, count, into) => {
    const total = eachPiece(vectors, count, (piece, done) => {
      const part = node.content.subarray(from + done, from + done + piece.length);
      piece.set(part);
      return part.length;
    });
    view().setUint32(into, total, true);
    return total;
  };
  const write = (node, from, vectors, count, into) => {
    const total = eachPiece(vectors, count, (piece, done) => { node.write(piece, from + done); return piece.length; });
    node.time = now();
    view().setUint32(into, total, true);
    return total;
  };
  const stat = (entry, at) => {
    const memoryView = view();
    bytes(at, 64).fill(0);
    const { node } = entry;
    memoryView.setUint8(at + 16, kind(entry));
    memoryView.setBigUint64(at + 24, 1n, true);
    if (!node) return;
    memoryView.setBigUint64(at, 1n, true);
    memoryView.setBigUint64(at + 8, number(node), true);
    memoryView.setBigUint64(at + 32, BigInt(node.size), true);
    for (const field of [40, 48, 56]) memoryView.setBigUint64(at + field, node.time, true);
  };
  const kind = ({ node }) => (node instanceof File ? KIND.file : node instanceof Folder ? KIND.folder : KIND.device);
  const setTimes = (node, changed, flags) => {
    if (flags & CHANGED_NOW) node.time = now();
    else if (flags & CHANGED) node.time = BigInt.asUintN(64, changed);
  };
  const list = (items, pointers, buffer) => {
    for (const item of items) {
      view().setUint32(pointers, buffer, true);
      pointers += 4;
      const line = encoder.encode(`${item}\0`);
      bytes(buffer, line.length).set(line);
      buffer += line.length;
    }
  };
  const sizes = (items, count, size) => {
    view().setUint32(count, items.length, true);
    view().setUint32(size, items.reduce((sum, item) => sum + encoder.encode(item).length + 1, 0), true);
  };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);

  const functions = {
    args_get: (pointers, buffer) => list(args, pointers, buffer),
    args_sizes_get: (count, size) => sizes(args, count, size),
    environ_get: (pointers, buffer) => list(variables, pointers, buffer),
    environ_sizes_get: (count, size) => sizes(variables, count, size),

    clock_res_get: (_, into) => view().setBigUint64(into, 1000n, true),
    clock_time_get: (clock, _, into) => {
      const time = clock === 0 ? now() : BigInt(Math.round(performance.now() * 1e6));
      view().setBigUint64(into, time, true);
    },
    random_get: (at, length) => {
      for (let done = 0; done < length; done += MOST_RANDOM) {
        crypto.getRandomValues(bytes(at + done, Math.min(MOST_RANDOM, length - done)));
      }
    },
    // nobody waits here: a pause is over at once
    poll_oneoff: (asked, events, count, into) => {
      let told = 0;
      for (let n = 0; n < count; n++) {
        const data = view();
        if (data.getUint8(asked + 48 * n + 8) !== CLOCK_EVENT) continue;
        const at = events + 32 * told++;
        bytes(at, 32).fill(0);
        data.setBigUint64(at, data.getBigUint64(asked + 48 * n, true), true);
      }
      view().setUint32(into, told, true);
    },
    sched_yield: () => {},
    proc_exit: (code) => { throw new Exit(`Python ended with ${code}.`); },

    fd_advise: (fd) => { opened(fd); },
    fd_datasync: (fd) => { opened(fd); },
    fd_sync: (fd) => { opened(fd); },
    fd_close: (fd) => { opened(fd); delete open[fd]; },
    fd_fdstat_get: (fd, at) => {
      const entry = opened(fd);
      bytes(at, 24).fill(0);
      view().setUint8(at, kind(entry));
      view().setUint16(at + 2, entry.append ? APPEND : 0, true);
      view().setBigUint64(at + 8, ALL_RIGHTS, true);
      view().setBigUint64(at + 16, ALL_RIGHTS, true);
    },
    fd_fdstat_set_flags: (fd, flags) => { opened(fd).append = Boolean(flags & APPEND); },
    fd_filestat_get: (fd, at) => stat(opened(fd), at),
    fd_filestat_set_size: (fd, size) => { const { node } = fileOf(fd); node.resize(Number(size)); node.time = now(); },
    fd_filestat_set_times: (fd, _, changed, flags) => setTimes(opened(fd).node, changed, flags),
    fd_prestat_get: (fd, at) => {
      const { path } = opened(fd);
      if (path === undefined) refuse(E.BADF);
      view().setUint32(at, 0, true);
      view().setUint32(at + 4, encoder.encode(path).length, true);
    },
    fd_prestat_dir_name: (fd, at, length) => { bytes(at, length).set(encoder.encode(opened(fd).path).subarray(0, length)); },
    fd_read: (fd, vectors, count, into) => {
      const entry = opened(fd);
      if (entry.device) return view().setUint32(into, 0, true);
      entry.at += read(fileOf(fd).node, entry.at, vectors, count, into);
    },
    fd_pread: (fd, vectors, count, from, into) => { read(fileOf(fd).node, Number(from), vectors, count, into); },
    fd_write: (fd, vectors, count, into) => {
      const entry = opened(fd);
      if (entry.out) {
        let words = '';
        const total = eachPiece(vectors, count, (piece) => { words += decoder.decode(piece); return piece.length; });
        said(entry.out, words);
        return view().setUint32(into, total, true);
      }
      const { node } = fileOf(fd);
      if (entry.append) entry.at = node.size;
      entry.at += write(node, entry.at, vectors, count, into);
    },
    fd_pwrite: (fd, vectors, count, from, into) => { write(fileOf(fd).node, Number(from), vectors, count, into); },
    fd_seek: (fd, by, whence, into) => {
      const entry = fileOf(fd);
      const at = [0, entry.at, entry.node.size][whence] + Number(by);
      if (!(at >= 0)) refuse(E.INVAL);
      entry.at = at;
      view().setBigUint64(into, BigInt(at), true);
    },
    fd_tell: (fd, into) => { view().setBigUint64(into, BigInt(fileOf(fd).at), true); },
    fd_readdir: (fd, at, room, cookie, into) => {
      const entries = [...folderOf(fd).entries];
      let used = 0;
      for (let n = Number(cookie); n < entries.length && used < room; n++) {
        const name = encoder.encode(entries[n][0]);
        const head = new DataView(new ArrayBuffer(24));
        head.setBigUint64(0, BigInt(n + 1), true);
        head.setBigUint64(8, number(entries[n][1]), true);
        head.setUint32(16, name.length, true);
        head.setUint8(20, kind({ node: entries[n][1] }));
        for (const piece of [new Uint8Array(head.buffer), name]) {
          const part = piece.subarray(0, room - used); // the last one may be cut, and is asked for again
          bytes(at + used, part.length).set(part);
          used += part.length;
        }
      }
      view().setUint32(into, used, true);
    },

    path_create_directory: (fd, at, length) => {
      const { holder, name, node } = place(fd, at, length);
      if (node) refuse(E.EXIST);
      holder.entries.set(name, new Folder(now()));
      touched(holder);
    },
    path_filestat_get: (fd, _, at, length, into) => {
      const { node } = place(fd, at, length);
      stat({ node: node ?? refuse(E.NOENT) }, into);
    },
    path_filestat_set_times: (fd, _, at, length, __, changed, flags) => {
      setTimes(place(fd, at, length).node ?? refuse(E.NOENT), changed, flags);
    },
    path_open: (fd, _, at, length, how, __, ___, flags, into) => {
      const { holder, name, node: there } = place(fd, at, length);
      let node = there;
      if (node && how & OPEN.create && how & OPEN.exclusive) refuse(E.EXIST);
      if (node instanceof File && how & OPEN.folder) refuse(E.NOTDIR);
      if (!node) {
        if (!(how & OPEN.create)) refuse(E.NOENT);
        holder.entries.set(name, node = new File(undefined, now()));
        touched(holder);
      } else if (node instanceof File && how & OPEN.truncate) {
        node.resize(0);
        node.time = now();
      }
      let free = 3;
      while (open[free]) free++;
      open[free] = { node, at: 0, append: Boolean(flags & APPEND) };
      view().setUint32(into, free, true);
    },
    path_remove_directory: (fd, at, length) => {
      const { holder, name, node } = place(fd, at, length);
      if (!node) refuse(E.NOENT);
      if (!(node instanceof Folder)) refuse(E.NOTDIR);
      if (node.entries.size) refuse(E.NOTEMPTY);
      holder.entries.delete(name);
      touched(holder);
    },
    path_rename: (fd, at, length, otherFd, otherAt, otherLength) => {
      const from = place(fd, at, length), to = place(otherFd, otherAt, otherLength);
      if (!from.node) refuse(E.NOENT);
      if (to.node instanceof Folder && to.node.entries.size) refuse(E.NOTEMPTY);
      from.holder.entries.delete(from.name);
      to.holder.entries.set(to.name, from.node);
      touched(from.holder);
      touched(to.holder);
    },
    path_unlink_file: (fd, at, length) => {
      const { holder, name, node } = place(fd, at, length);
      if (!node) refuse(E.NOENT);
      if (node instanceof Folder) refuse(E.ISDIR);
      holder.entries.delete(name);
      touched(holder);
    },
    path_readlink: (fd, at, length) => { refuse(place(fd, at, length).node ? E.INVAL : E.NOENT); },
  };

  const answered = (call) => (...given) => {
    try {
      call(...given);
      return 0;
    } catch (error) {
      if (error instanceof Refused) return error.number;
      throw error;
    }
  };
  return new Proxy({}, { // what is not there (links, sockets) is answered with "no such function"
    get: (_, name) => (name in functions ? answered(functions[name]) : () => E.NOSYS),
  });
}
