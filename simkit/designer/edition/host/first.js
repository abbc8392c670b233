// What the page needs of a browser, looked at in words that every browser understands.
(function () {
  var words = document.getElementById('opening-words');
  var withExceptions = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 105, 0]; // a function that takes an exnref
  var lacking = '';
  if (typeof WebAssembly === 'undefined') {
    lacking = 'This browser does not run WebAssembly, or it is switched off here. Ask IT to allow WebAssembly for this page, or try another browser.';
  } else if (typeof DecompressionStream === 'undefined' || !WebAssembly.validate(new Uint8Array(withExceptions))) {
    lacking = 'This browser is too old for the page. It needs Edge or Chrome 137, Firefox 131 or Safari 18.4, or a later one.';
  }
  if (lacking) {
    words.textContent = lacking;
    document.getElementById('opening-bar').hidden = true;
    document.documentElement.setAttribute('data-lacking', '');
  }
}());
