// What the page needs of a browser, and where it lies, looked at in words that every browser understands.
(function () {
  var words = document.getElementById('opening-words');
  var withExceptions = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 105, 0]; // a function that takes an exnref
  var whole = document.getElementById('part-about');
  var lacking = '';

  if (!whole && location.protocol === 'file:') { // the parts of the folder come from a server only
    location.replace('simkit.html' + location.hash);
    return;
  }

  if (typeof WebAssembly === 'undefined') {
    lacking = 'This browser does not run WebAssembly, or it is switched off here. Ask IT to allow WebAssembly for this page, or try another browser.';
  } else if (typeof DecompressionStream === 'undefined' || !WebAssembly.validate(new Uint8Array(withExceptions))) {
    lacking = 'This browser is too old for the page. It needs Edge or Chrome 137, Firefox 131 or Safari 18.4, or a later one.';
  }
  window.simkitLacking = function (why) {
    words.textContent = why;
    document.getElementById('opening-bar').hidden = true;
    document.getElementById('opening-else').hidden = false;
    document.documentElement.setAttribute('data-lacking', '');
  };
  if (lacking) window.simkitLacking(lacking);

  // the single file has these pages in itself
  document.addEventListener('click', function (event) {
    var name = event.target.getAttribute && event.target.getAttribute('data-held');
    var held = name && document.getElementById('part-' + name);
    if (!held) return;
    event.preventDefault();
    var letters = atob(held.textContent.trim()), bytes = new Uint8Array(letters.length);
    for (var at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
    window.open(URL.createObjectURL(new Blob([bytes], { type: 'text/html; charset=utf-8' })), '_blank', 'noopener');
  });
}());
