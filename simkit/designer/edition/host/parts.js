// A part is many files in one: the length of a list, the list as JSON, the contents; all of it gzipped.

/** The decompressed bytes. */
export async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The files of a part, as pairs of a path and the content. */
export async function filesOf(part) {
  const bytes = await unpacked(part);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  let at = 4 + length;
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)))
    .map(([path, size]) => [path, bytes.subarray(at, at += size)]);
}
