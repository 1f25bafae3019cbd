// The few signs of the navigation: strokes in the colour of the text beside them.
import { makeSvg } from './elements.js';

const PATHS = {
  overview: 'M3 17l5-6 4 3 5-8M3 20h18',
  rooms: 'M4 20V9l8-5 8 5v11M9 20v-6h6v6',
  connections: 'M4 7h12l-3-3M20 17H8l3 3',
  users: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.5-6 8-6s8 2 8 6',
  audit: 'M6 3h9l4 4v14H6zM9.5 11h6M9.5 15h6',
  server: 'M4 4h16v6H4zM4 14h16v6H4zM8 7h.01M8 17h.01',
};

export function icon(name) {
  return makeSvg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': true },
    makeSvg('path', { d: PATHS[name] }));
}
