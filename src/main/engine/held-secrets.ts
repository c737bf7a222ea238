import type { SecretStore } from '../ports.ts'

/**
 * A store whose secrets outlive the engine's thread where no keychain keeps them: the host is told of
 * each (`''`: forget it) and gives them to the next engine as `held`. They never reach a disk.
 */
export function holdSecrets(
  store: SecretStore,
  held: Readonly<Record<string, string>>,
  tell: (name: string, secret: string) => void,
): SecretStore {
  const known = new Map(Object.entries(held))
  return {
    isHeld: (name) => known.has(name),
    get: async (name) => known.get(name) ?? (await store.get(name)),
    async set(name, secret) {
      const answer = await store.set(name, secret)
      const rest = answer.kept ? '' : secret
      if (rest === '') known.delete(name)
      else known.set(name, rest)
      tell(name, rest)
      return answer
    },
  }
}
