import type { EpochMs } from '../../shared/domain/time.ts'
import type { Language } from '../state/preferences.ts'

/** Numbers and times as one language writes them. Missing values are a dash, never a zero. */
export interface Format {
  /** A double with a fixed number of decimals. */
  fixed(value: number | null, decimals: number): string
  /** Exact decimal text with at least that many decimals; digits of the venue are never cut. */
  exact(text: string, decimals: number): string
  /** 1,234,567 */
  count(value: number): string
  /** 3.05M, 12.34, 0.00124: an amount whose size matters more than its last digit. */
  short(value: number | null): string
  /** 67,004.1, 5.31, -0.71, 0.00124: any figure, never shortened. */
  figure(value: number): string
  /** 0.87, 412, 12,345, 1.23M: a value in the quote currency. */
  worth(value: number): string
  /** 0.0123 → +1.23 % */
  change(value: number | null): string
  /** 0.9996 → >99.9 %, 0.5 → 50.0 %: only what is whole says 100 %, only nothing says 0 %. */
  share(value: number): string
  /** What is given in percent: 0.0123 → 0.0123 %, -1.2 → -1.2 % */
  percentage(value: number): string
  /** Dollars: 0.00213 → $0.0021, 3.5 → $3.50 */
  money(value: number | null): string
  /** 0.5 → 50 % */
  percent(value: number): string
  /** Milliseconds with a sensible number of digits: 0.42 ms, 12.3 ms, 1,204 ms. */
  ms(value: number | null): string
  /** The same without the unit, for columns that name it. */
  plainMs(value: number | null): string
  /** Milliseconds as seconds: 0.05s, 1.3s, 86,400s. */
  seconds(ms: number): string
  bytes(value: number | null): string
  /** 14:03:07 */
  time(at: EpochMs): string
  /** 14:03:07.123 */
  timeMs(at: EpochMs): string
  /** 5 Nov, 14:03:07 */
  dateTime(at: EpochMs): string
  /** 5 Nov, 14:03 */
  dateMinute(at: EpochMs): string
  /** 14:03, or 5 Nov for days. */
  axis(at: EpochMs, unit: 'year' | 'month' | 'day' | 'minute' | 'second'): string
  /** 7 s, 3 min 20 s, 2 h 5 min, 4 d 3 h: a length that does not grow. */
  span(ms: number): string
  /** 5 h 20 min, 1 day, 1,204 days: a length in days; what is begun does not count. */
  days(value: number): string
  /** 7 s, 3 min, 2 h 5 min, 4 d 3 h; never negative. */
  age(ms: number): string
}

export const DASH = '–'

type Options = Intl.NumberFormatOptions

export function createFormat(language: Language): Format {
  const cache = new Map<string, Intl.NumberFormat>()
  const number = (key: string, options: Options): Intl.NumberFormat => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const made = new Intl.NumberFormat(language, options)
    cache.set(key, made)
    return made
  }
  const digits = (least: number, most: number, more: Options = {}): Intl.NumberFormat =>
    number(`${least} ${most} ${JSON.stringify(more)}`, {
      ...more,
      minimumFractionDigits: least,
      maximumFractionDigits: Math.max(least, most),
    })
  const short = number('short', {
    notation: 'compact',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  })
  const small = number('small', { maximumSignificantDigits: 3 })
  const unit = (value: number, name: string): string =>
    number(name, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  return {
    fixed: (value, decimals) => (value === null ? DASH : digits(decimals, decimals).format(value)),
    exact: (text, decimals) => digits(decimals, 20).format(text as Intl.StringNumericLiteral),
    count: (value) => digits(0, 0).format(value),
    short: (value) => (value === null ? DASH : shortened(value, short, digits(2, 2), small)),
    figure: (value) => {
      const size = Math.abs(value)
      // What a double cannot tell to the unit is not written as if it could.
      if (size > Number.MAX_SAFE_INTEGER)
        return digits(0, 4, { notation: 'scientific' }).format(value)
      if (size >= 1 || size === 0) return digits(0, size >= 1_000 ? 2 : 4).format(value)
      return small.format(value)
    },
    worth: (value) => {
      if (value >= 1_000_000) return short.format(value)
      return digits(value < 10 ? 2 : 0, value < 10 ? 2 : 0).format(value)
    },
    change: (value) =>
      value === null
        ? DASH
        : digits(2, 2, { style: 'percent', signDisplay: 'exceptZero' }).format(value),
    share: (exact) => {
      const value = Math.round(exact * 1e9) / 1e9
      const figure = digits(value === 0 || value === 1 ? 0 : 1, 1, { style: 'percent' })
      if (value > 0 && value < 0.001) return `<${figure.format(0.001)}`
      return value > 0.999 && value < 1 ? `>${figure.format(0.999)}` : figure.format(value)
    },
    percentage: (value) =>
      Math.abs(value) < 1 && value !== 0
        ? number('small percent', { style: 'percent', maximumSignificantDigits: 3 }).format(
            value / 100,
          )
        : digits(0, 2, { style: 'percent' }).format(value / 100),
    money: (value) => {
      if (value === null) return DASH
      // Two digits that count, in cents at least.
      const size = value > 0 && value < 1 ? Math.floor(Math.log10(value)) : 0
      const decimals = Math.min(6, Math.max(2, 1 - size))
      return digits(decimals, decimals, {
        style: 'currency',
        currency: 'USD',
        currencyDisplay: 'narrowSymbol',
      }).format(value)
    },
    percent: (value) => digits(0, 0, { style: 'percent' }).format(value),
    ms: (value) => (value === null ? DASH : milliseconds(value, digits)),
    plainMs: (value) => (value === null ? DASH : milliseconds(value, digits, {})),
    seconds: (ms) =>
      number(`seconds ${secondsDigits(ms)}`, {
        style: 'unit',
        unit: 'second',
        unitDisplay: 'narrow',
        maximumSignificantDigits: secondsDigits(ms),
      }).format(ms / 1_000),
    bytes: (value) => (value === null ? DASH : bytes(value, digits)),
    ...times(language),
    span: (ms) => {
      const rest = Math.floor(ms / 1_000) % 60
      const exact = ms >= 60_000 && ms < 3_600_000 && rest > 0
      return exact ? `${age(ms, unit)} ${unit(rest, 'second')}` : age(Math.max(0, ms), unit)
    },
    days: (value) => (value < 1 ? age(value * 86_400_000, unit) : unit(Math.floor(value), 'day')),
    age: (ms) => age(Math.max(0, ms), unit),
  }
}

function shortened(
  value: number,
  short: Intl.NumberFormat,
  plain: Intl.NumberFormat,
  small: Intl.NumberFormat,
): string {
  const size = Math.abs(value)
  if (size >= 10_000) return short.format(value)
  return size >= 1 || size === 0 ? plain.format(value) : small.format(value)
}

type Digits = (least: number, most: number, more?: Options) => Intl.NumberFormat
const MS: Options = { style: 'unit', unit: 'millisecond', unitDisplay: 'short' }

function milliseconds(value: number, digits: Digits, unit = MS): string {
  const size = Math.abs(value)
  const decimals = size >= 100 ? 0 : size >= 1 ? 1 : 2
  return digits(decimals, decimals, unit).format(value)
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

function bytes(value: number, digits: Digits): string {
  let power = 0
  let size = value
  while (size >= 1_000 && power < BYTES.length - 1) {
    size /= 1_000
    power += 1
  }
  const decimals = power === 0 || size >= 100 ? 0 : 1
  const unit = BYTES[power] ?? 'byte'
  return digits(decimals, decimals, { style: 'unit', unit, unitDisplay: 'short' }).format(size)
}

function times(
  language: Language,
): Pick<Format, 'time' | 'timeMs' | 'dateTime' | 'dateMinute' | 'axis'> {
  const make = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { hourCycle: 'h23', ...options })
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const time = make(clock)
  const timeMs = make({ ...clock, fractionalSecondDigits: 3 })
  const dateTime = make({ day: 'numeric', month: 'short', ...clock })
  const dateMinute = make({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
  const axis = {
    year: make({ year: 'numeric' }),
    month: make({ month: 'short' }),
    day: make({ day: 'numeric', month: 'short' }),
    minute: make({ hour: '2-digit', minute: '2-digit' }),
    second: time,
  }
  return {
    time: (at) => time.format(at),
    timeMs: (at) => timeMs.format(at),
    dateTime: (at) => dateTime.format(at),
    dateMinute: (at) => dateMinute.format(at),
    axis: (at, unit) => axis[unit].format(at),
  }
}

function age(ms: number, unit: (value: number, name: string) => string): string {
  const seconds = Math.floor(ms / 1_000)
  if (seconds < 60) return unit(seconds, 'second')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return unit(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}`
  return `${unit(Math.floor(hours / 24), 'day')} ${unit(hours % 24, 'hour')}`
}

/** Two digits that count, or all of the whole seconds. */
const secondsDigits = (ms: number): number => Math.max(2, String(Math.round(ms / 1_000)).length)
