"""What simkit needs to run under Python in WebAssembly, where few packages with compiled parts are."""
