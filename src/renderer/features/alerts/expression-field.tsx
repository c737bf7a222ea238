import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExpressionProblem } from '../../../shared/alerts/problem.ts'
import { KINDS } from '../../../shared/alerts/saying.ts'

export interface ExpressionFieldProps {
  readonly text: string
  readonly problem: ExpressionProblem | null
  readonly onChange: (text: string) => void
}

/** The condition as text; what is wrong is underlined where it stands and explained below. */
export function ExpressionField({ text, problem, onChange }: ExpressionFieldProps) {
  const { t } = useTranslation()
  const id = useId()
  const back = useRef<HTMLDivElement>(null)
  return (
    <div className="expr">
      <label htmlFor={id}>{t('alertEdit.expression')}</label>
      <div className="expr-box">
        <div className="expr-back" aria-hidden="true" ref={back}>
          <Underlined text={text} problem={problem} />
        </div>
        <textarea
          id={id}
          className="expr-field"
          rows={3}
          value={text}
          spellCheck={false}
          autoCapitalize="off"
          aria-invalid={problem !== null}
          aria-describedby={`${id}-problem`}
          onChange={(event) => onChange(event.target.value.replace(/\n/g, ' '))}
          onScroll={(event) => {
            if (back.current !== null) back.current.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      <p
        className="expr-problem"
        id={`${id}-problem`}
        aria-live="polite"
        data-good={problem === null}
      >
        {problem === null ? t('alertEdit.expressionHint') : <Problem problem={problem} />}
      </p>
    </div>
  )
}

function Underlined({ text, problem }: Omit<ExpressionFieldProps, 'onChange'>) {
  if (problem === null) return text
  const { start, end } = problem
  // At the end of the text there is nothing to underline: a blank stands for what is missing.
  const fault = start === end ? '\u00a0\u00a0' : text.slice(start, end)
  return (
    <>
      {text.slice(0, start)}
      <span className="expr-fault">{fault}</span>
      {start === end ? text.slice(start) : text.slice(end)}
    </>
  )
}

const NO_GAPS = { text: '', n: '', least: '', most: '' }
const KIND_NAMES = Object.keys(KINDS) as readonly (keyof typeof KINDS)[]

/** Words that may stand there are those of the language itself, which is English; their kinds are not. */
function Problem({ problem }: { readonly problem: ExpressionProblem }) {
  const { t } = useTranslation()
  const { code, start, expected, why, advice } = problem
  const named = expected.map((word) => {
    const kind = KIND_NAMES.find((each) => KINDS[each] === word)
    return kind === undefined ? word : t(`alertEdit.kind.${kind}`)
  })
  return (
    <>
      <strong>{t(`alertEdit.problem.${code}`)}</strong>{' '}
      <span>({t('alertEdit.place', { n: start + 1 })}).</span>{' '}
      {named.length > 0 ? (
        <span>{t('alertEdit.expected', { list: named.join(', ') })}</span>
      ) : why === null ? null : (
        <span>{t(`alertEdit.said.${why.key}`, { ...NO_GAPS, ...why.gaps })}</span>
      )}{' '}
      {advice === null ? null : (
        <em className="expr-hint">
          {t(`alertEdit.said.${advice.key}`, { ...NO_GAPS, ...advice.gaps })}
        </em>
      )}
    </>
  )
}
