// Fields that belong to one answer are shown while that answer is chosen.

export function startReveals(page) {
  for (const radio of page.querySelectorAll('input[data-reveals]')) {
    const more = page.getElementById(radio.dataset.reveals);
    if (!more) continue;
    radio.setAttribute('aria-controls', more.id);
    const show = () => { more.hidden = !radio.checked; };
    for (const other of page.getElementsByName(radio.name)) other.addEventListener('change', show);
    show();
  }
}
