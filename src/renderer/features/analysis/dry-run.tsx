import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnalysisRequest, DryRun } from '../../../shared/contract/analysis.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Message } from '../../ui/message.tsx'

export interface DryRunProps {
  readonly request: AnalysisRequest
  readonly onClose: () => void
}

/** What would leave the machine, word by word, and what it may cost. Opening it sends nothing. */
export function DryRunDialog({ request, onClose }: DryRunProps) {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [run, setRun] = useState<DryRun | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  // The text is of the moment in which it was asked for: it does not move under the reader's eyes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const abort = new AbortController()
    void connection.call('analysis.dry', request, abort.signal).then((outcome) => {
      if (abort.signal.aborted) return
      if (outcome.ok) setRun(outcome.value)
      else setFailure(outcome.failure)
    })
    return () => abort.abort()
  }, [connection])
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('dryRun.title', { kind: t(`analysis.kind.${request.kind}`) })}
      closeLabel={t('app.close')}
    >
      {failure !== null ? (
        <Message tone="alarm" title={t(`failure.${failure.code}`)} why={failure.message} />
      ) : run === null ? (
        <Message busy title={t('dryRun.loading')} />
      ) : (
        <Sent run={run} />
      )}
    </Dialog>
  )
}

function Sent({ run }: { readonly run: DryRun }) {
  const { t } = useTranslation()
  const format = useFormat()
  const key = useSession(({ analysis }) => analysis?.key ?? 'absent')
  return (
    <div className="dry-run">
      <p>{t('dryRun.what')}</p>
      <dl className="dry-run-figures">
        <Line name={t('dryRun.to')} text={run.url} />
        <Line name={t('analysisSet.key')} text={t(`dryRun.keyState.${key}`)} />
        <Line name={t('analysis.model')} text={run.model} />
        <Line name={t('dryRun.prompt')} text={run.prompt} />
        <Line
          name={t('dryRun.tokens')}
          text={t('dryRun.tokensWords', {
            prompt: format.count(run.promptTokens),
            most: format.count(run.maxCompletionTokens),
          })}
        />
        <Line
          name={t('dryRun.price')}
          text={
            run.mostCost === null
              ? t('analysis.noPrice')
              : t('dryRun.priceWords', { cost: format.money(run.mostCost) })
          }
        />
      </dl>
      <Text name={t('dryRun.system')} text={run.system} />
      <Text name={t('dryRun.user')} text={run.user} />
      <Text name={t('dryRun.schema')} text={run.schema} />
    </div>
  )
}

const Line = ({ name, text }: { readonly name: string; readonly text: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <bdi>{text}</bdi>
    </dd>
  </div>
)

const Text = ({ name, text }: { readonly name: string; readonly text: string }) => (
  <section aria-label={name}>
    <h3>{name}</h3>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
    <pre className="dry-run-text" tabIndex={0}>
      {text}
    </pre>
  </section>
)
