import { render } from 'preact';
import { App } from './app.tsx';
import { keepTime, start } from './live.ts';

const root = document.querySelector('#page');
if (root !== null) {
  root.textContent = '';
  render(<App />, root);
  keepTime();
  void start();
}
