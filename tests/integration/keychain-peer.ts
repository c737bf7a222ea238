// What the keychain says, as JSON: node keychain-peer.ts set NAME SECRET | get NAME
import { createSecretStore } from '../../src/main/platform/secret-store.ts'

const [what, name = '', secret = ''] = process.argv.slice(2)
const store = createSecretStore(() => {})
const answer =
  what === 'set' ? await store.set(name, secret) : { secret: (await store.get(name)) ?? null }
process.stdout.write(`${JSON.stringify({ ...answer, held: store.isHeld(name) })}\n`)
