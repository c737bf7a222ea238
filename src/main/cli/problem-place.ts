import type { Compilation } from '../pipeline/alerts/compiled-alert.ts'

type Problem = Extract<Compilation, { readonly ok: false }>['problem']

/** Characters of the expression that are shown on each side of the place. */
const AROUND = 60

/** What is wrong with an alert, in lines: the message, the place in the expression with a mark below it, a hint. */
export function problemLines(expr: string, problem: Problem): string {
  if (problem.code === 'field') return `${problem.field}: ${problem.message}`
  const { start, end, message, hint } = problem
  const from = Math.max(0, start - AROUND)
  const to = Math.min(expr.length, start + AROUND)
  const before = from > 0 ? '…' : ''
  const shown = `${before}${expr.slice(from, to)}${to < expr.length ? '…' : ''}`
  // Whatever is no plain character would move the mark.
  const line = shown.replaceAll(/\s/g, ' ')
  const mark = '^'.repeat(Math.max(1, Math.min(end, to) - start))
  const below = `${' '.repeat(before.length + start - from)}${mark}`
  return [message, `  ${line}`, `  ${below}`, ...(hint === null ? [] : [`  ${hint}`])].join('\n')
}
