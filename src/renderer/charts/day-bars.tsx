import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'

export interface DayBar {
  readonly day: number
  readonly count: number
}

export interface DayBarsProps {
  readonly days: readonly DayBar[]
  readonly date: (day: number) => string
  readonly count: (value: number) => string
}

const TICK = { fill: 'var(--text-2)', fontSize: 10 }
const MARGIN = { top: 6, right: 8, bottom: 0, left: 0 }

/** How often something happened on each day. Decoration for the eye: the figures stand in a table. */
export function DayBars({ days, date, count }: DayBarsProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 320, height: 120 }}>
      <BarChart data={days} margin={MARGIN} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="day"
          tickFormatter={date}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          minTickGap={30}
          height={18}
        />
        <YAxis
          width={40}
          allowDecimals={false}
          tickFormatter={count}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          tickCount={4}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--surface-3)' }}
          contentStyle={{
            background: 'var(--surface-4)',
            border: '1px solid var(--line-strong)',
            borderRadius: 6,
            padding: '4px 8px',
          }}
          labelFormatter={(day) => date(Number(day))}
          formatter={(value) => count(Number(value))}
        />
        <Bar dataKey="count" fill="var(--accent)" isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  )
}
