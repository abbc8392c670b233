// Where the parts come from: the page itself in the single file, else files beside it.

// as it is at first: later the designer's own scripts are answered by Python
const bring = globalThis.fetch?.bind(globalThis);

const held = (name) => document.getElementById(`part-${name}`);

function decoded(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/** The bytes of a part as they come; `told` hears of the size of each piece. */
export async function streamOf(name, told) {
  const here = held(name);
  let stream;
  if (here) {
    stream = new Blob([decoded(here.textContent.trim())]).stream();
    here.remove();
  } else {
    const answer = await bring(`parts/${name}.bin`);
    if (!answer.ok) throw new Error(`parts/${name}.bin: ${answer.status}`);
    stream = answer.body;
  }
  return stream.pipeThrough(new TransformStream({
    transform(piece, control) { told(piece.length); control.enqueue(piece); },
  }));
}

/** All bytes of a part. */
export async function bytesOf(name, told) {
  return new Uint8Array(await new Response(await streamOf(name, told)).arrayBuffer());
}
