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

const TICK = { fill: 'var(--text-2)', fontSize: 10 }
const MARGIN = { top: 6, right: 8, bottom: 0, left: 0 }
const FILLS = ['--accent', '--warn', '--complete', '--replay', '--alarm', '--text-2']

/** What each day cost, model upon model. Decoration for the eye: the figures stand in a table. */
export function SpendingBars({ rows, models, date, money }: SpendingBarsProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 180 }}>
      <BarChart data={rows} margin={MARGIN} accessibilityLayer={false}>
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
          width={56}
          tickFormatter={money}
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
