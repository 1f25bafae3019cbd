// Avatars as pictures: each is drawn once per look and then only copied, so that a hundred people
// walking cost a hundred copies a frame. Bounded: of more than MOST looks all are forgotten.
import { hueOf, initialsOf } from "../parts/hue";
import type { Palette } from "./palette";

const MOST = 600;
const LONGEST_NAME = 18;

export interface Look {
  readonly userId: string;
  readonly username: string;
  readonly isMe: boolean;
  readonly isAway: boolean;
  readonly isBusy: boolean;
}

export interface Sprite {
  readonly picture: HTMLCanvasElement;
  /** In pixels of the window; the avatar's middle is at (middleX, middleY). */
  readonly width: number;
  readonly height: number;
  readonly middleX: number;
  readonly middleY: number;
}

export class Sprites {
  #made = new Map<string, Sprite>();
  #palette: Palette;
  #radius: number;
  #ratio: number;

  /** `radius` in pixels of the window, `ratio` of the screen's pixels to those. */
  constructor(palette: Palette, radius: number, ratio: number) {
    this.#palette = palette;
    this.#radius = radius;
    this.#ratio = ratio;
  }

  of(look: Look): Sprite {
    const flags = `${+look.isMe}${+look.isAway}${+look.isBusy}`;
    const key = `${flags}${look.userId}\n${look.username}`;
    const known = this.#made.get(key);
    if (known) return known;
    if (this.#made.size >= MOST) this.#made.clear();
    const sprite = this.#draw(look);
    this.#made.set(key, sprite);
    return sprite;
  }

  #draw(look: Look): Sprite {
    const radius = this.#radius;
    const name = shortened(look.isMe ? `${look.username} (you)` : look.username);
    const picture = document.createElement("canvas");
    const pen = picture.getContext("2d")!;
    const label = `${look.isMe ? 650 : 550} 12px ${this.#palette.font}`;
    pen.font = label;
    const width = Math.ceil(Math.max(2 * radius + 16, pen.measureText(name).width + 10));
    const height = Math.ceil(2 * radius + 34);
    picture.width = width * this.#ratio;
    picture.height = height * this.#ratio;
    pen.scale(this.#ratio, this.#ratio);
    pen.globalAlpha = look.isAway ? 0.45 : 1;
    pen.translate(width / 2, radius + 8);
    this.#disc(pen, look);
    this.#letters(pen, look);
    this.#name(pen, label, name, radius + 15);
    return { picture, width, height, middleX: width / 2, middleY: radius + 8 };
  }

  #disc(pen: CanvasRenderingContext2D, look: Look): void {
    const { floor, accent, isDark } = this.#palette;
    const hue = hueOf(look.userId);
    pen.save();
    if (!look.isAway) {
      pen.shadowColor = isDark ? "rgb(0 0 0 / 55%)" : "rgb(28 34 38 / 22%)";
      pen.shadowBlur = 6 * this.#ratio;
      pen.shadowOffsetY = 2 * this.#ratio;
    }
    circle(pen, this.#radius);
    pen.fillStyle = look.isMe ? accent : floor;
    pen.fill();
    pen.restore();
    circle(pen, this.#radius - (look.isMe ? 3 : 2));
    pen.fillStyle = floor;
    pen.fill();
    circle(pen, this.#radius - (look.isMe ? 4.5 : 2));
    pen.fillStyle = isDark ? `hsl(${hue} 30% 30%)` : `hsl(${hue} 52% 82%)`;
    pen.fill();
    if (look.isAway) {
      circle(pen, this.#radius);
      pen.setLineDash([4, 3]);
      pen.strokeStyle = this.#palette.ink;
      pen.lineWidth = 1.5;
      pen.stroke();
      pen.setLineDash([]);
    }
    if (look.isBusy) this.#busy(pen);
  }

  #busy(pen: CanvasRenderingContext2D): void {
    pen.save();
    pen.translate(this.#radius * 0.72, this.#radius * 0.72);
    circle(pen, 5.5);
    pen.fillStyle = this.#palette.floor;
    pen.fill();
    circle(pen, 4);
    pen.fillStyle = "#d9822b";
    pen.fill();
    pen.restore();
  }

  #letters(pen: CanvasRenderingContext2D, look: Look): void {
    const hue = hueOf(look.userId);
    pen.font = `650 ${Math.round(this.#radius * 0.72)}px ${this.#palette.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = this.#palette.isDark ? `hsl(${hue} 60% 88%)` : `hsl(${hue} 62% 22%)`;
    pen.fillText(initialsOf(look.username), 0, 0.5);
  }

  #name(pen: CanvasRenderingContext2D, font: string, name: string, below: number): void {
    pen.font = font;
    pen.lineJoin = "round";
    pen.lineWidth = 3.5;
    pen.strokeStyle = this.#palette.floor;
    pen.strokeText(name, 0, below);
    pen.fillStyle = this.#palette.ink;
    pen.fillText(name, 0, below);
  }
}

function circle(pen: CanvasRenderingContext2D, radius: number): void {
  pen.beginPath();
  pen.arc(0, 0, Math.max(radius, 0), 0, 2 * Math.PI);
}

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
}
