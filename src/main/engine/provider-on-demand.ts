import type { AiProvider } from '../ports.ts'

/** A provider whose code is loaded when a model is asked for the first time: most starts do without it. */
export function providerOnDemand(load: () => Promise<AiProvider>): AiProvider {
  let loaded: Promise<AiProvider> | null = null
  const get = (): Promise<AiProvider> => {
    loaded ??= load()
    return loaded
  }
  return {
    ask: async (...call) => (await get()).ask(...call),
    models: async (...call) => (await get()).models(...call),
  }
}
