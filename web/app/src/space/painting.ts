// One picture of the map: floor, where one walks to, people from the back to the front, what they
// said just now, and a small map of the whole where only a part is seen. Keeps nothing.
import { toWindow, type Camera } from "./camera";
import type { Palette } from "./palette";
import type { Look, Sprites } from "./sprites";
import type { Point, Size } from "./walking";

export interface Person extends Look {
  readonly at: Point;
  /** What they said just now, in lines. */
  readonly says?: readonly string[];
}

export interface Picture {
  readonly view: Size;
  readonly map: Size;
  readonly camera: Camera;
  readonly palette: Palette;
  readonly sprites: Sprites;
  readonly people: readonly Person[];
  readonly goal: Point | null;
  /** 0 to 1 and over again, for what pulses. */
  readonly beat: number;
}

/** How long the overview's longer side is at most, and as a part of the window. */
const OVERVIEW = 132;
const OVERVIEW_PART = 0.24;
const LINE = 17;

export function paint(pen: CanvasRenderingContext2D, picture: Picture): void {
  const { view, palette, people } = picture;
  pen.fillStyle = palette.ground;
  pen.fillRect(0, 0, view.width, view.height);
  paintFloor(pen, picture);
  if (picture.goal) paintGoal(pen, picture, picture.goal);
  const fromBack = [...people].sort((a, b) => +a.isMe - +b.isMe || a.at.y - b.at.y);
  for (const person of fromBack) paintPerson(pen, picture, person);
  for (const person of fromBack) if (person.says) paintWords(pen, picture, person, person.says);
  if (picture.camera.follows) paintOverview(pen, picture);
}

function paintFloor(pen: CanvasRenderingContext2D, { camera, map, view, palette }: Picture): void {
  const width = map.width * camera.scale;
  const height = map.height * camera.scale;
  pen.fillStyle = palette.floor;
  pen.strokeStyle = palette.line;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.roundRect(camera.left, camera.top, width, height, Math.min(16, camera.scale / 2));
  pen.fill();
  pen.stroke();
  paintDots(pen, { camera, map, view, palette });
}

/** A dot where four cells meet, a stronger one at every fifth: only what is seen. */
function paintDots(
  pen: CanvasRenderingContext2D,
  { camera, map, view, palette }: Pick<Picture, "camera" | "map" | "view" | "palette">,
): void {
  const { scale, left, top } = camera;
  const every = scale < 8 ? 10 : scale < 16 ? 5 : 1;
  const first = (corner: number) => Math.max(every, Math.ceil(-corner / scale / every) * every);
  const endX = Math.min(map.width - 0.5, (view.width - left) / scale);
  const endY = Math.min(map.height - 0.5, (view.height - top) / scale);
  pen.fillStyle = palette.dot;
  for (let y = first(top); y < endY; y += every)
    for (let x = first(left); x < endX; x += every) {
      const size = x % 5 === 0 && y % 5 === 0 ? 3 : 1.5;
      pen.fillRect(left + x * scale - size / 2, top + y * scale - size / 2, size, size);
    }
}

function paintGoal(pen: CanvasRenderingContext2D, picture: Picture, goal: Point): void {
  const { x, y } = toWindow(picture.camera, goal);
  pen.strokeStyle = picture.palette.accent;
  pen.lineWidth = 2;
  pen.globalAlpha = 0.9;
  ring(pen, x, y, 5);
  pen.globalAlpha = 0.7 * (1 - picture.beat);
  ring(pen, x, y, 6 + picture.beat * 12);
  pen.globalAlpha = 1;
}

function paintPerson(pen: CanvasRenderingContext2D, picture: Picture, person: Person): void {
  const { x, y } = toWindow(picture.camera, person.at);
  const sprite = picture.sprites.of(person);
  const left = x - sprite.middleX;
  const top = y - sprite.middleY;
  const isSeen = left < picture.view.width && top < picture.view.height
    && left + sprite.width > 0 && top + sprite.height > 0;
  if (isSeen) pen.drawImage(sprite.picture, left, top, sprite.width, sprite.height);
}

/** A bubble over the head, pushed into the window where it would stick out. */
function paintWords(
  pen: CanvasRenderingContext2D,
  { camera, palette, view, sprites }: Picture,
  person: Person,
  lines: readonly string[],
): void {
  const { x, y } = toWindow(camera, person.at);
  if (x < 0 || y < 0 || x > view.width || y > view.height) return;
  pen.font = `13px ${palette.font}`;
  const width = Math.max(...lines.map((line) => pen.measureText(line).width)) + 20;
  const height = lines.length * LINE + 11;
  const left = Math.min(Math.max(x - width / 2, 6), Math.max(view.width - width - 6, 6));
  const bottom = Math.max(y - sprites.of(person).middleY - 2, height + 6);
  pen.save();
  pen.shadowColor = palette.isDark ? "rgb(0 0 0 / 60%)" : "rgb(28 34 38 / 18%)";
  pen.shadowBlur = 10;
  pen.shadowOffsetY = 2;
  pen.fillStyle = person.isMe ? palette.accentSoft : palette.floor;
  pen.beginPath();
  pen.roundRect(left, bottom - height, width, height, 10);
  pen.moveTo(x - 6, bottom - 0.5);
  pen.lineTo(x + 6, bottom - 0.5);
  pen.lineTo(x, bottom + 6);
  pen.fill();
  pen.restore();
  pen.fillStyle = palette.ink;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  lines.forEach((line, at) => {
    pen.fillText(line, left + 10, bottom - height + 6 + LINE / 2 + at * LINE);
  });
}

/** The whole map in a corner: everybody a dot, and what of it is seen. */
function paintOverview(pen: CanvasRenderingContext2D, picture: Picture): void {
  const { map, view, camera, palette, people } = picture;
  const longest = Math.min(OVERVIEW, OVERVIEW_PART * Math.min(view.width, view.height * 2));
  const scale = longest / Math.max(map.width, map.height);
  const width = Math.max(map.width * scale, 8);
  const height = Math.max(map.height * scale, 8);
  const left = 12;
  const top = view.height - height - 12;
  pen.globalAlpha = 0.92;
  pen.fillStyle = palette.floor;
  pen.strokeStyle = palette.dot;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.roundRect(left - 4, top - 4, width + 8, height + 8, 8);
  pen.fill();
  pen.stroke();
  pen.globalAlpha = 1;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.fillStyle = palette.accentSoft;
  const part = scale / camera.scale;
  pen.fillRect(left - camera.left * part, top - camera.top * part,
    view.width * part, view.height * part);
  for (const person of people) {
    pen.fillStyle = person.isMe ? palette.accent : palette.quiet;
    pen.globalAlpha = person.isAway ? 0.4 : 1;
    dot(pen, left + (person.at.x + 0.5) * scale, top + (person.at.y + 0.5) * scale,
      person.isMe ? 3.5 : 2);
  }
  pen.restore();
  pen.globalAlpha = 1;
}

function ring(pen: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.stroke();
}

function dot(pen: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}
