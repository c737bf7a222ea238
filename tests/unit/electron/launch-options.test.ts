import { expect, test } from 'vitest'
import { launchOptions } from '../../../src/main/electron/launch-options.ts'

const read = (argv: readonly string[], env = {}) => {
  const options = launchOptions(argv, env)
  return options.ok ? options.value : options.failure.code
}

test('nothing given: the live tape, the usual folder', () => {
  expect(read(['.'])).toEqual({ demo: false })
})

test('our options are found among those of Chromium and of the system', () => {
  const argv = ['.', '--no-sandbox', '--demo', '--config', 'a.json', '-psn_0_1', '--data-dir=d']
  expect(read(argv)).toEqual({ demo: true, config: 'a.json', dataDir: 'd' })
})

test('the folder comes from the environment unless the command line names one', () => {
  const env = { TAPEDECK_DATA_DIR: '/from/env' }
  expect(read([], env)).toEqual({ demo: false, dataDir: '/from/env' })
  expect(read(['--data-dir', '/from/line'], env)).toMatchObject({ dataDir: '/from/line' })
  expect(read([], { TAPEDECK_DATA_DIR: '' })).toEqual({ demo: false })
})

test.each([[['--config']], [['--config', '--demo']], [['--config=']], [['--data-dir']]])(
  '%j lacks its value',
  (argv) => expect(read(argv)).toBe('invalid'),
)
