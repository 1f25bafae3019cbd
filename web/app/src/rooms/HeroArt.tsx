// An atrium with two people in it: decoration for wide screens.
export function HeroArt() {
  return (
    <svg className="hero-art" viewBox="0 0 400 250" aria-hidden="true" focusable="false">
      <g className="hero-art-arches">
        <path d="M52 226V118a92 92 0 0 1 184 0v108" />
        <path d="M78 226V122a66 66 0 0 1 132 0v104" />
        <path d="M104 226V126a40 40 0 0 1 80 0v100" />
        <path d="M236 226v-66a56 56 0 0 1 112 0v66" />
        <path d="M262 226v-62a30 30 0 0 1 60 0v62" />
        <path d="M20 226h360" />
      </g>
      <path className="hero-art-stroke" d="M96 196c22-46 44 34 68-6s40-46 58-10 34 22 56-14" />
      <g className="hero-art-bubble">
        <path d="M252 34h108a14 14 0 0 1 14 14v30a14 14 0 0 1-14 14h-84l-18 15V91a14 14 0 0 1-20-13V48a14 14 0 0 1 14-14z" />
        <path className="hero-art-words" d="M256 55h92M256 72h58" />
      </g>
      <Pointer x={278} y={166} name="Bob" tone="warm" />
      <Pointer x={120} y={84} name="Ann" tone="cool" />
    </svg>
  );
}

function Pointer({ x, y, name, tone }: { x: number; y: number; name: string; tone: string }) {
  return (
    <g className="hero-art-pointer" data-tone={tone} transform={`translate(${x} ${y})`}>
      <path d="M0 0l5.5 17 3.6-7.4 7.4-3.6z" />
      <rect x="14" y="16" width="42" height="21" rx="10.5" />
      <text x="35" y="30.5" textAnchor="middle">
        {name}
      </text>
    </g>
  );
}
