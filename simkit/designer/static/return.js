// A return is read without leaving the page, so that the chosen file stays chosen if something is to be named.

export function startReturn(form) {
  if (!form) return;
  const place = form.querySelector('[data-live="reading"]');
  form.addEventListener('submit', async (event) => {
    if (event.submitter?.hasAttribute('formaction')) return;
    event.preventDefault();
    const sent = new FormData(form);
    sent.set('live', '1');
    for (const field of ['file', 'folder']) {
      if (!form.elements[field].files.length) sent.delete(field);
    }
    place.textContent = 'Reading...';
    place.focus();
    try {
      const answer = await fetch(form.action, { method: 'POST', body: sent });
      if (answer.status === 413) throw new Error('That is more than 20 MB, so it was not read.');
      if (!answer.ok) throw new Error(`The designer answered ${answer.status}.`);
      const { reading, ok } = await answer.json();
      place.innerHTML = reading;
      if (!ok) form.querySelector('details:last-of-type').open = true;
    } catch (error) {
      place.textContent = error instanceof TypeError ? 'simkit has stopped answering. Start it again and read the file again.' : error.message;
    }
    place.focus();
  });
}
