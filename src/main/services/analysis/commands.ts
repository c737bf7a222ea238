import type { Commands } from '../../../shared/contract/contract.ts'
import type { Outcome } from '../../../shared/domain/outcome.ts'
import type { Analyses } from './analyses.ts'

export type AnalysisCommandName = Extract<keyof Commands, `analysis.${string}`>

export type AnalysisCommands = {
  readonly [Name in AnalysisCommandName]: (
    input: Commands[Name]['input'],
    signal: AbortSignal,
  ) => Outcome<Commands[Name]['output']> | Promise<Outcome<Commands[Name]['output']>>
}

/** What the commands of the AI analyses do. */
export const analysisCommands = (analyses: Analyses): AnalysisCommands => ({
  'analysis.run': (request) => analyses.run(request),
  'analysis.cancel': ({ market, kind }) => analyses.cancel(market, kind),
  'analysis.figures': (request) => analyses.figures(request),
  'analysis.dry': (request) => analyses.dry(request),
  'analysis.log': (query) => analyses.log(query),
  'analysis.scores': () => analyses.scores(),
  'analysis.spending': ({ days }) => analyses.spending(days),
  'analysis.configure': (patch) => analyses.configure(patch),
  'analysis.key': ({ key }) => analyses.key(key),
  'analysis.models': (_, signal) => analyses.models(signal),
})
