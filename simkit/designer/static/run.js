// A run is pulled: the page asks for the next simulated years until it is told to stop. So is a fit, a step at a time.

export function startSliders(page) {
  for (const range of page.querySelectorAll('input[data-slides]')) {
    const box = page.getElementById(range.dataset.slides);
    const own = page.querySelector(`[data-usual-of="${box.id}"]`); // of the caseload, while it is shown
    const place = () => {
      range.value = box.value || (own && !own.closest('[hidden]') && own.value) || range.dataset.usual;
      if (box.value) range.removeAttribute('aria-valuetext');
      else range.setAttribute('aria-valuetext', 'no change');
    };
    range.hidden = false;
    place();
    range.addEventListener('input', () => { box.value = range.value; });
    for (const kind of ['input', 'change']) box.form.addEventListener(kind, place);
  }
}

export function startRun(place) {
  if (!place) return;
  const { run, stop, more, response, again = 'Continue', nothing, first = '', all, gone } = place.dataset;
  const shown = place.querySelector('[data-live="answer"]');
  const years = place.querySelector('#run-years');
  const bar = place.querySelector('progress');
  const said = place.querySelector('#run-said');
  const title = place.querySelector('[data-so-far]');
  let going = 'going' in place.dataset;
  let turn = 0; // what was asked before a stop is not shown after it
  let waiting = '';

  for (const each of place.querySelectorAll('[data-plain]')) each.hidden = true;

  const put = (html) => {
    if (shown.contains(document.activeElement)) { waiting = html; return; }
    const open = new Set([...shown.querySelectorAll('details[open] > summary')].map((each) => each.textContent));
    shown.innerHTML = html;
    for (const each of shown.querySelectorAll('summary')) each.parentElement.open = open.has(each.textContent);
    waiting = '';
  };
  shown.addEventListener('focusout', () => setTimeout(() => { if (waiting) put(waiting); }));

  const forms = place.querySelectorAll('form[data-when]');
  const showButtons = () => {
    for (const form of forms) {
      const wanted = (form.dataset.when === 'going') === going;
      const had = form.contains(document.activeElement);
      form.hidden = !wanted;
      if (had && !wanted) setTimeout(() => [...forms].find((each) => !each.hidden)?.querySelector('button').focus());
    }
  };

  const ask = async (address) => {
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ live: '1', response: response ?? '' }) });
    if (!answer.ok) throw new Error(`The designer answered ${answer.status}`);
    return answer.json();
  };

  // by a link, because that also works in a page without a server
  const follow = (href) => {
    const link = Object.assign(document.createElement('a'), { href });
    place.append(link);
    link.click();
  };

  const take = (so_far) => {
    if (so_far.then) { follow(so_far.then); return; }
    put(so_far.answer);
    years.textContent = so_far.years || nothing;
    bar.max = so_far.expected;
    bar.value = so_far.done;
    if (title) title.textContent = so_far.done >= so_far.expected ? title.dataset.done : title.dataset.soFar;
    const button = place.querySelector('[data-does="more"]');
    button.textContent = so_far.done >= so_far.expected ? again : 'Continue';
    if (so_far.years && !said.textContent) said.textContent = first;
  };

  const pull = async () => {
    const mine = ++turn;
    try {
      while (going && mine === turn) {
        const so_far = await ask(run);
        if (mine !== turn || !place.isConnected) return;
        going = so_far.going;
        take(so_far);
        if (so_far.done >= so_far.expected) said.textContent = all;
      }
    } catch {
      going = false;
      said.textContent = '';
      years.textContent = gone;
    }
    showButtons();
  };

  for (const form of forms) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const stopping = form.dataset.when === 'going';
      const mine = ++turn;
      going = !stopping;
      showButtons();
      if (stopping) said.textContent = 'Stopped.';
      try {
        const so_far = await ask(stopping ? stop : more);
        if (mine !== turn || !place.isConnected) return;
        take(so_far);
        if (!stopping) { said.textContent = 'Going on.'; pull(); }
      } catch {
        years.textContent = gone;
      }
    });
  }
  if (going) pull();
}
