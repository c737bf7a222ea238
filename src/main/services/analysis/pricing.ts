import type { ModelPrice } from '../../../shared/contract/analysis.ts'

/** Money is added up in whole billionths of a dollar: sums are exact, and a limit is met to the last of them. */
const NANOS = 1e9

/** Frames of messages, roles and the like, beside the texts themselves. */
const FRAME_TOKENS = 64

export const priceOf = (prices: readonly ModelPrice[], model: string): ModelPrice | undefined =>
  prices.find((price) => price.model === model)

/** Billionths of a dollar, rounded up; null without a price. */
export function nanosOf(
  price: ModelPrice | undefined,
  promptTokens: number,
  completionTokens: number,
): number | null {
  if (price === undefined) return null
  // Dollars for a million tokens are thousands of billionths for one. The rounding takes off what is no more than the
  // inexactness of the product.
  const nanos = (promptTokens * price.prompt + completionTokens * price.completion) * 1_000
  return Math.ceil(Number(nanos.toPrecision(14)))
}

export const dollarsOf = (nanos: number | null): number | null =>
  nanos === null ? null : nanos / NANOS

export const nanosOfDollars = (dollars: number): number => Math.round(dollars * NANOS)

/** As a rule of thumb: four characters a token. */
export const estimatedTokens = (text: string): number => Math.ceil(text.length / 4)

/**
 * The most tokens that these texts can be: a token stands for at least one byte. Two to four times what they will be;
 * what was reserved beyond it is given back with the answer.
 */
export const mostPromptTokens = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), FRAME_TOKENS)
