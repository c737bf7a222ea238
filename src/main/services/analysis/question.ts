import type {
  AnalysisRequest,
  AnalysisSettings,
  DryRun,
} from '../../../shared/contract/analysis.ts'
import type { AnalysisKind, Snapshot, Verdict } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { baselineOf } from '../../pipeline/analysis/baseline.ts'
import { snapshotOf } from '../../pipeline/analysis/snapshot.ts'
import type { Clock } from '../../ports.ts'
import { answerSchemaOf } from './answer-schemas.ts'
import { dollarsOf, estimatedTokens, mostPromptTokens, nanosOf, priceOf } from './pricing.ts'
import { promptOf } from './prompts/prompt.ts'
import { type ReadTape, readTape } from './tape-reading.ts'

/** Everything about a market at a moment that an analysis is made of; nothing was sent yet. */
export interface Question {
  readonly kind: AnalysisKind
  readonly snapshot: Snapshot
  readonly baseline: Verdict
  readonly model: string
  readonly prompt: { readonly name: string; readonly system: string; readonly user: string }
  readonly schema: { readonly name: string; readonly body: Readonly<Record<string, unknown>> }
}

export interface QuestionDeps extends ReadTape {
  readonly clock: Pick<Clock, 'now'>
  readonly settings: () => AnalysisSettings
}

/** The figures of a market at a moment and what plain statistics make of them; `at` null: now. */
export async function figuresOf(
  deps: QuestionDeps,
  market: MarketId,
  kind: AnalysisKind,
  at: EpochMs | null,
): Promise<Outcome<{ readonly snapshot: Snapshot; readonly baseline: Verdict }>> {
  const now = deps.clock.now()
  if (at !== null && at > now)
    return fail('invalid', 'That moment is in the future: nothing is recorded there yet.')
  const reading = await readTape(deps, market, at ?? now)
  if (!reading.ok) return reading
  const snapshot = snapshotOf(reading.value)
  return ok({ snapshot, baseline: baselineOf(kind, snapshot) })
}

export async function questionOf(
  deps: QuestionDeps,
  { market, kind, at, language }: AnalysisRequest,
): Promise<Outcome<Question>> {
  const settings = deps.settings()
  const figures = await figuresOf(deps, market, kind, at ?? null)
  if (!figures.ok) return figures
  const { snapshot, baseline } = figures.value
  const prompt = promptOf(kind, language ?? settings.language, snapshot)
  const schema = answerSchemaOf(kind)
  const { model } = settings.kinds[kind]
  return ok({ kind, snapshot, baseline, model, prompt, schema })
}

/** What would be sent, word by word, and the most that it may cost. */
export function dryRunOf(
  { baseUrl, maxTokens, prices }: AnalysisSettings,
  { snapshot, baseline, model, prompt, schema }: Question,
): DryRun {
  const texts = [prompt.system, prompt.user, JSON.stringify(schema.body)]
  const most = nanosOf(priceOf(prices, model), mostPromptTokens(texts), maxTokens)
  return {
    url: `${baseUrl.replace(/\/+$/, '')}/chat/completions`,
    model,
    prompt: prompt.name,
    system: prompt.system,
    user: prompt.user,
    schema: JSON.stringify(schema.body, null, 2),
    ...{ snapshot, baseline },
    promptTokens: estimatedTokens(texts.join('')),
    maxCompletionTokens: maxTokens,
    mostCost: dollarsOf(most),
  }
}
