// How an answer will read in the document, while one types it.

const PAUSE = 250; // after a key

export function startPreview(form) {
  if (!form) return;
  const place = form.querySelector('[data-live="preview"]');
  let timer = 0, latest = 0;
  const show = async () => {
    const number = ++latest;
    const sent = new FormData(form);
    sent.set('preview', '1');
    try {
      const answer = await fetch(form.action || location.href, { method: 'POST', body: new URLSearchParams(sent) });
      const { words } = await answer.json();
      if (number !== latest) return;
      place.textContent = words ? `It will read: ${words}` : '';
      place.hidden = !words;
    } catch { /* what keeps the form says that nothing answers */ }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(show, PAUSE); };
  form.addEventListener('input', later);
  form.addEventListener('change', later);
}
