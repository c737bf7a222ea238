import { z } from 'zod'
import type { AnalysisSettings } from '../../shared/contract/analysis.ts'
import { analysisPatch } from '../../shared/contract/analysis-schemas.ts'
import { settingsPatch } from '../../shared/contract/schemas.ts'
import type { Settings } from '../../shared/contract/status.ts'
import { type MarketId, parseMarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { NO_LIMITS } from '../../shared/domain/storage.ts'
import type { Logger, SettingsFile } from '../ports.ts'
import { ANALYSIS_DEFAULTS } from './analysis-defaults.ts'

const saved = settingsPatch.extend({
  analysis: analysisPatch.optional(),
  markets: z.array(z.string()).optional(),
})

export const DEFAULTS: Omit<Settings, 'markets'> = {
  batchSize: 16_384,
  batchMs: 250,
  latencyWindowSeconds: 300,
  catchUpHours: 24,
  maxAttempts: null,
  pollSeconds: 5,
  proxy: { mode: 'system', url: '' },
  venues: {},
  load: { cpuPercent: null, memoryMegabytes: null },
  storage: NO_LIMITS,
}

/** The settings of one data folder. An unreadable file is put aside and said so, never fatal. */
export class SettingsService {
  readonly #file: SettingsFile
  readonly #log: Logger
  #settings: Settings
  #analysis: AnalysisSettings

  /** `first`: used for whatever the file does not say. `given`: holds whatever the file says. */
  constructor(
    file: SettingsFile,
    log: Logger,
    first: readonly MarketId[],
    given: Partial<Omit<Settings, 'markets'>>,
  ) {
    this.#file = file
    this.#log = log
    const { analysis, ...found } = this.#load() ?? {}
    this.#analysis = { ...ANALYSIS_DEFAULTS, ...defined(analysis ?? {}) }
    const markets = found.markets?.flatMap((text) => parseMarketId(text)?.id ?? [])
    this.#settings = {
      ...DEFAULTS,
      ...defined(found),
      ...defined(given),
      markets: markets ?? first,
    }
  }

  get current(): Settings {
    return this.#settings
  }

  /** Changes and saves; the change holds for this run even if it cannot be saved. */
  set(patch: Partial<Settings>): Outcome<Settings> {
    this.#settings = { ...this.#settings, ...defined(patch) }
    const saved = this.#save()
    return saved.ok ? ok(this.#settings) : saved
  }

  /** Of the AI analyses; a key is never among them. */
  get analysis(): AnalysisSettings {
    return this.#analysis
  }

  /** As `set`. */
  setAnalysis(patch: Partial<AnalysisSettings>): Outcome<AnalysisSettings> {
    this.#analysis = { ...this.#analysis, ...defined(patch) }
    const saved = this.#save()
    return saved.ok ? ok(this.#analysis) : saved
  }

  #save(): Outcome<null> {
    try {
      const all = { ...this.#settings, analysis: this.#analysis }
      this.#file.write(`${JSON.stringify(all, null, 2)}\n`)
    } catch (error) {
      this.#log.error('settings-not-saved', { message: String(error) })
      return fail('unavailable', `The change holds now but could not be saved: ${String(error)}`)
    }
    return ok(null)
  }

  #load(): z.infer<typeof saved> | undefined {
    try {
      const text = this.#file.read()
      return text === undefined ? undefined : saved.parse(JSON.parse(text))
    } catch (error) {
      this.#log.warn('settings-unreadable', { message: String(error).slice(0, 300) })
      this.#file.setAside()
      return undefined
    }
  }
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
