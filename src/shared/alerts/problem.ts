import type { Condition } from '../domain/alert.ts'
import type { Saying } from './saying.ts'

/** What is wrong with an expression, for the screen to word; `message` says it in English. */
export type ProblemCode =
  | 'syntax' // something else was expected here
  | 'market' // no market's name
  | 'unit' // a threshold in another unit than the measure's
  | 'bounds' // a window, count or number outside what is allowed
  | 'operator' // the measure cannot be compared in that way
  | 'length' // too long
  | 'depth' // too many parentheses inside each other

export interface ExpressionProblem {
  readonly code: ProblemCode
  /** The place in the text: `start` is in it, `end` is not. Both its length at the end of the text. */
  readonly start: number
  readonly end: number
  readonly message: string
  /** The same for the screen; null: what was expected says it. */
  readonly why: Saying | null
  /** What could stand there, as a person would name it; empty where that is no help. */
  readonly expected: readonly string[]
  /** What to write instead; null when nothing is likely. */
  readonly hint: string | null
  /** The same for the screen. */
  readonly advice: Saying | null
}

export type ParsedCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problem: ExpressionProblem }
