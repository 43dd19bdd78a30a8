type Point = readonly [x: number, y: number];

/** What an arrow is part of: a registration, a push, its answer, or what is written for people. */
type Way = 'registration' | 'push' | 'answer' | 'record';

/** `own`: what users run. */
type Kind = 'own' | 'aws' | 'table';

type Box = {
  at: Point;
  size: readonly [width: number, height: number];
  kind: Kind;
  name: string | readonly string[];
  notes?: readonly string[];
  folders?: readonly string[];
  /** Deployed only when it is switched on. */
  isOptional?: boolean;
  /** Drawn as one of several. */
  isMany?: boolean;
};

type Arrow = {
  way: Way;
  /** As of an SVG polyline: `x,y x,y`. */
  points: string;
  number: number;
  /** Where the number stands. @default the middle between the first two points */
  numberAt?: Point;
  label: string | readonly string[];
  /** @default above the number */
  labelSide?: 'above' | 'right';
  /** Whether the label is what goes over the wire. */
  isCode?: boolean;
};

type Heading = { at: Point; way: Way; text: string };

export type Picture = {
  size: readonly [width: number, height: number];
  title: string;
  description: string;
  headings?: readonly Heading[];
  boxes: readonly Box[];
  arrows: readonly Arrow[];
};

const kinds: readonly Kind[] = ['own', 'aws', 'table'];
const ways: readonly Way[] = ['registration', 'push', 'answer', 'record'];

/** Light and dark by the colour scheme of the page that shows the picture. */
const style = `
    svg {
      --paper: #f8fafc; --edge: #d8dee8; --ink: #0f172a; --quiet: #475569; --folder: #6d28d9;
      --own: #ffffff; --own-edge: #94a3b8; --aws: #fff7ed; --aws-edge: #ea8a0b;
      --table: #eff6ff; --table-edge: #3b82f6;
      --registration: #1d4ed8; --push: #15803d; --answer: #b3420a; --record: #64748b;
    }
    @media (prefers-color-scheme: dark) {
      svg {
        --paper: #151b24; --edge: #303a49; --ink: #f1f5f9; --quiet: #b4bfce; --folder: #c4b5fd;
        --own: #222b38; --own-edge: #74839a; --aws: #33271a; --aws-edge: #d98a2b;
        --table: #1a2b47; --table-edge: #5b93ea;
        --registration: #8db8ff; --push: #58d68d; --answer: #ffb454; --record: #9fb0c6;
      }
    }
    text {
      fill: var(--ink); text-anchor: middle;
      font: 13px system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
    }
    .paper { fill: var(--paper); stroke: var(--edge) }
    .name { font-size: 15px; font-weight: 600 }
    .note { fill: var(--quiet); font-size: 12.5px }
    .folder { fill: var(--folder) }
    .folder, .code { font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
    .start { text-anchor: start }
    .heading { font-size: 14px; font-weight: 600 }
    .number { fill: var(--paper); font-size: 12px; font-weight: 700 }
    .optional { stroke-dasharray: 5 4 }
    polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
${kinds.map(styleOfKind).join('\n')}
${ways.map(styleOfWay).join('\n')}
  `;

/** Returns the picture as SVG. */
export function drawn({
  size: [width, height],
  title,
  description,
  headings = [],
  boxes,
  arrows,
}: Picture): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"
    role="img" aria-labelledby="title description">
  <title id="title">${escaped(title)}</title>
  <desc id="description">${escaped(description)}</desc>
  <style>${style}</style>
  <defs>
${ways.map(arrowHead).join('\n')}
  </defs>
  <rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>
${[...headings.map(drawnHeading), ...boxes.map(drawnBox), ...arrows.map(drawnArrow)].join('\n')}
</svg>
`;
}

function styleOfKind(kind: Kind): string {
  return `    .${kind} { fill: var(--${kind}); stroke: var(--${kind}-edge); stroke-width: 1.5 }`;
}

function styleOfWay(way: Way): string {
  return `    .${way} { stroke: var(--${way}); marker-end: url(#${way}) }
    .${way}-fill { fill: var(--${way}) }`;
}

function arrowHead(way: Way): string {
  return `    <marker id="${way}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" orient="auto">
      <path class="${way}-fill" d="M0 0 10 5 0 10z"/>
    </marker>`;
}

function drawnHeading({ at, way, text }: Heading): string {
  return `  ${textAt(at, `heading start ${way}-fill`, text)}`;
}

function drawnBox({
  at: [x, y],
  size: [width, height],
  kind,
  name,
  notes = [],
  folders = [],
  ...box
}: Box): string {
  const style = box.isOptional ? `${kind} optional` : kind;
  const frame = (shift: number) => rectangle([x + shift, y - shift], [width, height], style);
  const lines = [
    ...[name].flat().map((line) => ({ line, style: 'name', height: 20 })),
    ...notes.map((line) => ({ line, style: 'note', height: 18 })),
    ...folders.map((line) => ({ line, style: 'folder', height: 18 })),
  ];
  let below = y + (height - lines.reduce((sum, line) => sum + line.height, 0)) / 2;
  const texts = lines.map(({ line, style, height }) => {
    below += height;
    return textAt([x + width / 2, below - 5], style, line);
  });
  return `  ${[...(box.isMany ? [frame(8)] : []), frame(0), ...texts].join('')}`;
}

function drawnArrow({ way, points, number, label, ...arrow }: Arrow): string {
  const [x, y] = arrow.numberAt ?? middleOf(points);
  const lines = [label].flat();
  const style = arrow.isCode ? `code ${way}-fill` : `${way}-fill`;
  const texts = lines.map((line, index) =>
    arrow.labelSide === 'right'
      ? textAt([x + 16, y + 4.5 + index * 16], `${style} start`, line)
      : textAt([x, y - 16 - (lines.length - 1 - index) * 16], style, line),
  );
  const badge = `<circle class="${way}-fill" cx="${x}" cy="${y}" r="10"/>${textAt([x, y + 4.3], 'number', `${number}`)}`;
  return `  <polyline class="${way}" points="${points}"/>${texts.join('')}${badge}`;
}

function middleOf(points: string): Point {
  const [fromX = 0, fromY = 0, toX = 0, toY = 0] = points.split(/[ ,]/).map(Number);
  return [(fromX + toX) / 2, (fromY + toY) / 2];
}

function rectangle([x, y]: Point, [width, height]: Box['size'], style: string): string {
  return `<rect class="${style}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`;
}

function textAt([x, y]: Point, style: string, text: string): string {
  return `<text class="${style}" x="${x}" y="${y}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
