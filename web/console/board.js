// Draws a whiteboard as SVG, by DOM calls: Excalidraw's shapes as far as they matter for a glance,
// a dashed box for what is not known. Elements come from users: numbers are taken as numbers,
// colours only if they look like one, words only as text.
import { makeSvg } from './elements.js';

const MOST_ELEMENTS = 3_000;
const MOST_POINTS = 2_000;
const FARTHEST = 1_000_000;
const INK = '#1e1e1e';

const number = (value, otherwise = 0) => (
  Number.isFinite(value) ? Math.max(-FARTHEST, Math.min(FARTHEST, value)) : otherwise);

function colour(value, otherwise) {
  const isColour = typeof value === 'string' && value.length < 40
    && /^(#[0-9a-f]{3,8}|[a-z]+|(rgb|hsl)a?\([0-9.,%\s/]+\))$/i.test(value);
  return isColour ? value : otherwise;
}

function boxOf(element) {
  const points = pointsOf(element);
  const widest = Math.max(0, ...points.map(([x]) => Math.abs(x)));
  const highest = Math.max(0, ...points.map(([, y]) => Math.abs(y)));
  return {
    x: number(element.x),
    y: number(element.y),
    width: Math.abs(number(element.width, widest)),
    height: Math.abs(number(element.height, highest)),
  };
}

function pointsOf(element) {
  if (!Array.isArray(element.points)) return [];
  return element.points.slice(0, MOST_POINTS)
    .map((point) => (Array.isArray(point) ? point : [point?.x, point?.y]))
    .map(([x, y]) => [number(x), number(y)]);
}

function strokeOf(element) {
  const width = Math.min(20, Math.max(0.5, number(element.strokeWidth, 1.5)));
  const dashes = { dashed: `${width * 5} ${width * 4}`, dotted: `${width} ${width * 3}` };
  return {
    stroke: colour(element.strokeColor ?? element.color, INK),
    'stroke-width': width,
    'stroke-dasharray': dashes[element.strokeStyle] ?? null,
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  };
}

function surfaceOf(element) {
  return { ...strokeOf(element), fill: colour(element.backgroundColor, 'none') };
}

function lineThrough(points, x, y) {
  return points.map(([dx, dy]) => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`).join(' ');
}

/** The two strokes of a head at the end of the last piece of a line. */
function arrowhead(points, { x, y }, stroke) {
  const [tx, ty] = points.at(-1);
  const [fx, fy] = points.at(-2);
  const length = Math.hypot(tx - fx, ty - fy) || 1;
  const size = Math.min(18, length / 2 + 4);
  const ends = [-0.45, 0.45].map((turn) => {
    const angle = Math.atan2(ty - fy, tx - fx) + Math.PI + turn;
    return [tx + size * Math.cos(angle), ty + size * Math.sin(angle)];
  });
  return makeSvg('polyline', {
    points: lineThrough([ends[0], [tx, ty], ends[1]], x, y), ...stroke, fill: 'none',
  });
}

function drawLine(element, box) {
  const points = pointsOf(element);
  const diagonal = [[0, 0], [number(element.width), number(element.height)]];
  const ends = points.length > 1 ? points : diagonal;
  const stroke = strokeOf(element);
  const fill = element.type === 'line' ? colour(element.backgroundColor, 'none') : 'none';
  const drawn = [makeSvg('polyline', { points: lineThrough(ends, box.x, box.y), ...stroke, fill })];
  const hasHead = element.type === 'arrow' && element.endArrowhead !== null;
  if (hasHead) drawn.push(arrowhead(ends, box, stroke));
  if (element.type === 'arrow' && element.startArrowhead)
    drawn.push(arrowhead([...ends].reverse(), box, stroke));
  return drawn;
}

function drawText(element, box) {
  const size = Math.min(400, Math.max(4, number(element.fontSize, 20)));
  const anchors = { center: ['middle', box.width / 2], right: ['end', box.width] };
  const [anchor, shift] = anchors[element.textAlign] ?? ['start', 0];
  const rows = String(element.text ?? '').slice(0, 2_000).split('\n');
  return [makeSvg('text', {
    'font-size': size, 'text-anchor': anchor, fill: colour(element.strokeColor, INK),
  }, rows.map((row, i) => makeSvg('tspan', {
    x: box.x + shift, y: box.y + size * (0.95 + 1.25 * i),
  }, row)))];
}

function drawUnknown(element, box) {
  const size = { width: box.width || 80, height: box.height || 40 };
  return [
    makeSvg('rect', {
      x: box.x, y: box.y, ...size, rx: 4, fill: 'none', stroke: '#868e96',
      'stroke-dasharray': '6 5',
    }),
    makeSvg('text', { x: box.x + 6, y: box.y + 16, 'font-size': 13, fill: '#868e96' },
      String(element.type ?? 'unknown').slice(0, 40)),
  ];
}

const DRAWN = {
  rectangle: (element, box) => [makeSvg('rect', {
    ...box, rx: element.roundness ? Math.min(24, box.width / 6, box.height / 6) : 0,
    ...surfaceOf(element),
  })],
  ellipse: (element, { x, y, width, height }) => [makeSvg('ellipse', {
    cx: x + width / 2, cy: y + height / 2, rx: width / 2, ry: height / 2, ...surfaceOf(element),
  })],
  diamond: (element, { x, y, width, height }) => [makeSvg('polygon', {
    points: lineThrough(
      [[width / 2, 0], [width, height / 2], [width / 2, height], [0, height / 2]], x, y),
    ...surfaceOf(element),
  })],
  line: drawLine,
  arrow: drawLine,
  freedraw: (element, box) => [makeSvg('polyline', {
    points: lineThrough(pointsOf(element), box.x, box.y), ...strokeOf(element), fill: 'none',
  })],
  text: drawText,
};

function drawElement(element) {
  const box = boxOf(element);
  const angle = number(element.angle) * (180 / Math.PI);
  const draw = Object.hasOwn(DRAWN, element.type) ? DRAWN[element.type] : drawUnknown;
  return makeSvg('g', {
    'data-type': Object.hasOwn(DRAWN, element.type) ? element.type : 'unknown',
    opacity: Math.min(100, Math.max(0, number(element.opacity, 100))) / 100,
    transform: angle ? `rotate(${angle} ${box.x + box.width / 2} ${box.y + box.height / 2})` : null,
  }, draw(element, box));
}

/** Where everything is, with a rim. */
function frameOf(elements) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const element of elements) {
    const { x, y, width, height } = boxOf(element);
    const points = [[0, 0], [width, height], ...pointsOf(element)];
    for (const [dx, dy] of points) {
      left = Math.min(left, x + dx);
      right = Math.max(right, x + dx);
      top = Math.min(top, y + dy);
      bottom = Math.max(bottom, y + dy);
    }
  }
  const rim = Math.max(20, 0.04 * Math.max(right - left, bottom - top));
  return [left - rim, top - rim, right - left + 2 * rim, bottom - top + 2 * rim];
}

/** What is to be seen of a scene: objects that are not deleted. */
export function visibleElements(elements) {
  return elements.filter((element) => typeof element === 'object' && element !== null
    && !Array.isArray(element) && element.isDeleted !== true);
}

/** `elements`: visible ones, at least one. Gives {drawing, leftOut}: how many were too many. */
export function drawBoard(elements) {
  const drawn = elements.slice(0, MOST_ELEMENTS);
  return {
    drawing: makeSvg('svg', {
      viewBox: frameOf(drawn).map((value) => value.toFixed(1)).join(' '),
      role: 'img', 'aria-label': `Whiteboard with ${elements.length} elements`,
    }, drawn.map(drawElement)),
    leftOut: elements.length - drawn.length,
  };
}
