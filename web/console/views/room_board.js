// A room's whiteboard as a picture; fetched anew when its version is another one.
import { ask, path } from '../api.js';
import { drawBoard, visibleElements } from '../board.js';
import { make, setText } from '../elements.js';
import { bytes, count, counted } from '../format.js';

export class Board {
  #version = -1;
  #paper = make('div', { class: 'paper' });
  #note = make('p', { class: 'quiet-text' }, '');

  constructor() {
    this.element = make('div', { class: 'board' }, this.#paper, this.#note);
  }

  async update(id, { version, elements, bytes: size }, signal) {
    setText(this.#note, `${counted(elements, 'element')} · ${bytes(size)} · version ${count(version)}`);
    if (this.#version === version) return;
    const { whiteboard } = await ask(path('rooms', id, 'whiteboard'), { signal });
    this.#version = version;
    this.#show(visibleElements(whiteboard.elements));
  }

  #show(elements) {
    if (elements.length === 0) {
      this.#paper.replaceChildren(make('p', { class: 'empty' }, 'The board is empty.'));
      return;
    }
    const { drawing, leftOut } = drawBoard(elements);
    this.#paper.replaceChildren(drawing);
    if (leftOut > 0) this.#note.append(` · ${count(leftOut)} not drawn`);
  }
}
