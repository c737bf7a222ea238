const PATHS = {
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3.5 8.5l3 3 6-7',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5L14 14',
  settings: 'M2 5h7M13 5h1M2 11h1M7 11h7M11 3v4M5 9v4',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.5M8 5v.1',
  play: 'M5 3.5v9l7-4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  stepTrade: 'M4 4v8l5-4zM12 4v8',
  stepBar: 'M3 4v8l4-4zM8 4v8l4-4zM13.5 4v8',
  bell: 'M4 11.5V7a4 4 0 0 1 8 0v4.5M2.5 11.5h11M7 13.5h2',
  export: 'M8 2.5v8M4.5 7L8 10.5 11.5 7M3 13.5h10',
  copy: 'M5.5 5.5h8v8h-8zM2.5 10.5v-8h8',
  up: 'M8 13V3M4 7l4-4 4 4',
  right: 'M3 8h10M9 4l4 4-4 4',
  left: 'M2.5 3h11v10h-11zM6 3v10',
  rightColumn: 'M2.5 3h11v10h-11zM10 3v10',
  bottom: 'M2.5 3h11v10h-11zM2.5 9.5h11',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  table: 'M2.5 3.5h11v9h-11zM2.5 7h11M7 3.5v9',
  line: 'M2 12l4-5 3 3 5-7',
  ask: 'M2.5 3.5h11v7h-6l-3 3v-3h-2z',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.2l2.3 1.4',
  fold: 'M4 6l4 4 4-4',
  unfold: 'M4 10l4-4 4 4',
  warning: 'M8 2.5l6 11H2zM8 7v3M8 11.8v.1',
} as const

export type IconName = keyof typeof PATHS

/** A line drawing of 16 × 16; decoration only, the words stand beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
