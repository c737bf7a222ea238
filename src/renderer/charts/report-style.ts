/** How the charts of reports look: small, quiet, without movement. */
export const REPORT_MARGIN = { top: 6, right: 8, bottom: 0, left: 0 }

/** Of both axes: words without lines. */
export const AXIS = {
  tick: { fill: 'var(--text-2)', fontSize: 10 },
  tickLine: false,
  axisLine: false,
} as const

export const TOOLTIP = {
  isAnimationActive: false,
  contentStyle: {
    background: 'var(--surface-4)',
    border: '1px solid var(--line-strong)',
    borderRadius: 6,
    padding: '4px 8px',
  },
} as const
