import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { AXIS, REPORT_MARGIN, TOOLTIP } from './report-style.ts'

export interface SpendingBarsProps {
  readonly rows: readonly {
    readonly day: number
    readonly byModel: Readonly<Record<string, number>>
  }[]
  /** Stacked in this order; those with most first. */
  readonly models: readonly string[]
  readonly date: (day: number) => string
  readonly money: (value: number) => string
}

const FILLS = ['--accent', '--warn', '--complete', '--replay', '--alarm', '--text-2']

/** What each day cost, model upon model. Decoration for the eye: the figures stand in a table. */
export function SpendingBars({ rows, models, date, money }: SpendingBarsProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 180 }}>
      <BarChart data={rows} margin={REPORT_MARGIN} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis dataKey="day" tickFormatter={date} {...AXIS} minTickGap={30} height={18} />
        <YAxis width={56} tickFormatter={money} {...AXIS} tickCount={4} />
        <Tooltip
          {...TOOLTIP}
          cursor={{ fill: 'var(--surface-3)' }}
          labelFormatter={(day) => date(Number(day))}
          formatter={(value) => money(Number(value))}
        />
        <Legend iconType="square" iconSize={8} />
        {models.map((model, index) => (
          <Bar
            key={model}
            name={model}
            stackId="day"
            dataKey={({ byModel }: SpendingBarsProps['rows'][number]) => byModel[model] ?? 0}
            fill={`var(${FILLS[index % FILLS.length]})`}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  )
}
