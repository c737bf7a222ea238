import {
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'

export interface LinePoint {
  readonly at: number
  readonly p50: number | null
  readonly p99: number | null
}

export interface LatencyLinesProps {
  readonly points: readonly LinePoint[]
  readonly time: (at: number) => string
  readonly ms: (value: number) => string
}

const TICK = { fill: 'var(--text-2)', fontSize: 10 }
const MARGIN = { top: 6, right: 8, bottom: 0, left: 0 }

/** Two lines over the last minutes, fed every two seconds. A hole in the samples stays a hole. */
export function LatencyLines({ points, time, ms }: LatencyLinesProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 320, height: 120 }}>
      <LineChart data={points} margin={MARGIN} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="at"
          type="number"
          domain={['dataMin', 'dataMax']}
          tickFormatter={time}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          minTickGap={40}
          interval="preserveStart"
          height={18}
        />
        <YAxis
          width={40}
          tickFormatter={ms}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          tickCount={4}
        />
        <Tooltip
          isAnimationActive={false}
          contentStyle={{
            background: 'var(--surface-4)',
            border: '1px solid var(--line-strong)',
            borderRadius: 6,
            padding: '4px 8px',
          }}
          labelFormatter={(at) => time(Number(at))}
          formatter={(value) => ms(Number(value))}
        />
        <Line
          dataKey="p50"
          stroke="var(--accent)"
          strokeWidth={1.5}
          dot={false}
          isAnimationActive={false}
          connectNulls={false}
        />
        <Line
          dataKey="p99"
          stroke="var(--warn)"
          strokeWidth={1.5}
          strokeDasharray="4 2"
          dot={false}
          isAnimationActive={false}
          connectNulls={false}
        />
      </LineChart>
    </ResponsiveContainer>
  )
}
