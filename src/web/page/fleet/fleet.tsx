import { render } from 'preact';
import { FleetApp } from './fleet-app.tsx';
import { keepTime, start } from './live.ts';

const root = document.querySelector('#page');
if (root !== null) {
  root.textContent = '';
  render(<FleetApp />, root);
  keepTime();
  void start();
}
