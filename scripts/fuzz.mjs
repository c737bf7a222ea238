// npm run fuzz [-- --frames N --seed S --venue id]: runs tests/fuzz/run.ts under Node 24.
import { spawnSync } from 'node:child_process'
import { toolEnvironment } from './parts/process.mjs'
import { at, root } from './parts/root.mjs'
import { runMain, say } from './parts/say.mjs'
import { prepare } from './setup.mjs'

runMain(async () => {
  const { node } = await prepare({ build: false, log: say })
  const args = [at('tests', 'fuzz', 'run.ts'), ...process.argv.slice(2)]
  const { status } = spawnSync(node, args, { cwd: root, env: toolEnvironment(), stdio: 'inherit' })
  return status ?? 1
})
