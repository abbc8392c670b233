// A return is read without leaving the page, so that the chosen file stays chosen if something is to be named.

export function startReturn(form) {
  if (!form) return;
  const reading = form.querySelector('[data-live="reading"]');
  const refused = form.querySelector('[data-live="refused"]');
  const more = form.querySelector('[data-more]');
  form.addEventListener('submit', async (event) => {
    if (event.submitter?.hasAttribute('formaction')) return;
    event.preventDefault();
    const sent = new FormData(form);
    sent.set('live', '1');
    for (const field of ['file', 'folder']) {
      if (!form.elements[field].files.length) sent.delete(field);
    }
    refused.textContent = 'Reading...';
    refused.focus();
    try {
      const answer = await fetch(form.action, { method: 'POST', body: sent });
      if (answer.status === 413) throw new Error('That is more than 20 MB, so it was not read.');
      if (!answer.ok) throw new Error(`The designer answered ${answer.status}.`);
      const found = await answer.json();
      refused.innerHTML = found.refused;
      reading.innerHTML = found.reading;
      more.open = !found.ok;
      for (const each of more.querySelectorAll('[data-kind]')) each.open ||= each.dataset.kind === found.kind;
      (found.ok ? reading : refused).focus();
    } catch (error) {
      refused.textContent = error instanceof TypeError ? 'simkit has stopped answering. Start it again and read the file again.' : error.message;
      refused.focus();
    }
  });
}
