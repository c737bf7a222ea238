import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { AXIS, REPORT_MARGIN, TOOLTIP } from './report-style.ts'

export interface DayBar {
  readonly day: number
  readonly count: number
}

export interface DayBarsProps {
  readonly days: readonly DayBar[]
  readonly date: (day: number) => string
  readonly count: (value: number) => string
}

/** How often something happened on each day. Decoration for the eye: the figures stand in a table. */
export function DayBars({ days, date, count }: DayBarsProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 320, height: 120 }}>
      <BarChart data={days} margin={REPORT_MARGIN} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis dataKey="day" tickFormatter={date} {...AXIS} minTickGap={30} height={18} />
        <YAxis width={40} allowDecimals={false} tickFormatter={count} {...AXIS} tickCount={4} />
        <Tooltip
          {...TOOLTIP}
          cursor={{ fill: 'var(--surface-3)' }}
          labelFormatter={(day) => date(Number(day))}
          formatter={(value) => count(Number(value))}
        />
        <Bar dataKey="count" fill="var(--accent)" isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  )
}
