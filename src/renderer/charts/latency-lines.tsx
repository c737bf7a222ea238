import {
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { AXIS, REPORT_MARGIN, TOOLTIP } from './report-style.ts'

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

/** Two lines over the last minutes, fed every two seconds. A hole in the samples stays a hole. */
export function LatencyLines({ points, time, ms }: LatencyLinesProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 320, height: 120 }}>
      <LineChart data={points} margin={REPORT_MARGIN} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="at"
          type="number"
          domain={['dataMin', 'dataMax']}
          tickFormatter={time}
          {...AXIS}
          minTickGap={40}
          interval="preserveStart"
          height={18}
        />
        <YAxis width={40} tickFormatter={ms} {...AXIS} tickCount={4} />
        <Tooltip
          {...TOOLTIP}
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
