// The parts that come behind the first screen, one after the other; whoever needs one waits for it.

const line = document.getElementById('behind');
const millions = (bytes) => (bytes / 1e6).toFixed(0);

/** `bring(name, told)` gives the bytes of a part. What came is in `parts` by name, as promises. */
export function startBehind(plan, bring) {
  const whole = plan.reduce((sum, part) => sum + part.size, 0);
  const parts = new Map();
  let come = 0;
  const told = (size) => {
    come += size;
    line.textContent = `Writing and checking work already. Still loading what Word documents and runs need: ${millions(come)} of ${millions(whole)} MB.`;
    line.hidden = false;
  };
  let last = Promise.resolve();
  for (const { name } of plan) {
    last = last.then(() => bring(name, told)).catch((error) => { throw Object.assign(error, { final: true }); });
    last.catch(() => {});
    parts.set(name, last);
  }
  last.then(() => { line.hidden = true; }, () => {
    line.textContent = 'What Word documents and runs need could not be loaded. Everything else works.';
  });
  return parts;
}
