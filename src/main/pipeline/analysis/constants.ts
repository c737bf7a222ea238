import type { WrittenNumber } from './written-numbers.ts'

/** Numbers that name a period when what stands beside them says so. */
const PERIODS: readonly {
  readonly value: number
  readonly before?: RegExp
  readonly after: RegExp
}[] = [
  {
    value: 20,
    before: /(?:mean|average|\bs?ma|均值|均线|trung bình)[(-]?$/iu,
    after:
      /^[ -]?(?:periods?|bars?|minutes?|candles?|closes|phiên|kỳ|chu kỳ|nến|phút|个?周期|期|根|分钟)/iu,
  },
  { value: 14, before: /rsi ?[(-]$|rsi$/iu, after: /^[ -]?(?:periods?|kỳ|chu kỳ|个?周期|期)/iu },
  { value: 24, after: /^[ -]?(?:h(?!\p{L})|hours?|hrs?|giờ|tiếng|个?小时)/iu },
  {
    value: 1,
    after: /^[ -]?(?:[hm](?!\p{L})|hours?|min(?!\p{L})|minutes?|giờ|phút|个?小时|分钟)/iu,
  },
  { value: 60, after: /^[ -]?(?:min(?!\p{L})|minutes?|phút|分钟)/iu },
]

/** Numbers that a figure is held against, in a sentence that names the figure. */
const THRESHOLDS: readonly { readonly values: readonly number[]; readonly about: RegExp }[] = [
  { values: [30, 50, 70], about: /rsi|相对强弱/iu },
  { values: [1], about: /ratio|比|tỷ lệ|tỉ lệ/iu },
  {
    values: [2, 3],
    about: /z-?score|z ?分|\bz\b|sigma|σ|standard deviation|标准差|độ lệch chuẩn/iu,
  },
  { values: [0], about: /./u },
]
const COMPARED_BEFORE =
  /(?:above|below|over|under|beyond|than|threshold(?: of)?|level(?: of)?|[<>≥≤]=?|高于|低于|超过|大于|小于|阈值|trên|dưới|vượt|ngưỡng|mốc|hơn) ?$/iu
const COMPARED_AFTER = /^[ -]?(?:threshold|level|line|mark|ngưỡng|阈值|以上|以下)/iu
/** From 30 to 70: what lies between two thresholds of the index. */
const UP_TO_ANOTHER = /^(?: ?[-–~] ?| and | to |到|至|和| đến | và )[57]0(?!\d|[.,]\d)/iu
const FROM_ANOTHER = /(?<![\d.,])[35]0(?: ?[-–~] ?| and | to |到|至|和| đến | và )$/iu
/** Nothing that names a number is longer. */
const BESIDE = 16
const SENTENCE_END = /[.!?](?= |$)|[。！？；;]/gu

const LIST_BEFORE = /(?:^|[.;!?。；] ?)$/u
const LIST_AFTER = /^[.)、](?: |$)/u

/**
 * A number that needs no source, because it names what a figure is and says nothing about the market: the periods (20
 * periods, RSI(14), 24 h, 1 h, 60 minutes), the usual thresholds where something is held against them (RSI 30, 50, 70; a
 * ratio of 1; 2 or 3 standard deviations; 0), and the numbers 1 to 9 of a list. Nothing else.
 */
export function isConstant(number: WrittenNumber): boolean {
  const { readings, sign, percent, parts } = number
  const value = readings[0]?.value ?? Number.NaN
  if (parts.length > 0 || percent || sign === '+' || !Number.isInteger(value)) return false
  const [before, after] = [number.before.slice(-BESIDE), number.after.slice(0, BESIDE)]
  const named = PERIODS.some(
    (period) => period.value === value && (period.after.test(after) || period.before?.test(before)),
  )
  if (named || isListNumber(value, before, after)) return true
  return isHeldAgainst(value, before, after) && isThreshold(value, sentenceBefore(number.before))
}

const isThreshold = (value: number, sentence: string): boolean =>
  THRESHOLDS.some(({ values, about }) => values.includes(value) && about.test(sentence))

function isHeldAgainst(value: number, before: string, after: string): boolean {
  if ((value === 30 || value === 50) && UP_TO_ANOTHER.test(after)) return true
  if ((value === 50 || value === 70) && FROM_ANOTHER.test(before)) return true
  return COMPARED_BEFORE.test(before) || COMPARED_AFTER.test(after)
}

function sentenceBefore(before: string): string {
  const end = [...before.matchAll(SENTENCE_END)].at(-1)
  return end === undefined ? before : before.slice(end.index + 1)
}

const isListNumber = (value: number, before: string, after: string): boolean =>
  value >= 1 && value <= 9 && LIST_BEFORE.test(before) && LIST_AFTER.test(after)
