import { resolve, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { APP_START, assetPath } from '../../../src/main/electron/asset-path.ts'

const ROOT = resolve('/srv/page')

describe('the file behind an address', () => {
  test.each([
    [APP_START, 'index.html'],
    ['app://tapedeck/', 'index.html'],
    ['app://tapedeck/assets/index-4f.js', 'assets/index-4f.js'],
    ['app://tapedeck/assets/a%20b.css?v=1#top', 'assets/a b.css'],
    ['app://tapedeck/assets/../index.html', 'index.html'],
  ])('%s', (address, file) => {
    expect(assetPath(ROOT, address)).toBe(resolve(ROOT, file))
  })

  test.each([
    'app://tapedeck/../secret',
    'app://tapedeck/assets/../../secret',
    'app://tapedeck/%2e%2e/secret',
    'app://tapedeck/..%2fsecret',
    'app://tapedeck/..%5csecret',
    'app://tapedeck/a\\..\\..\\secret',
    'app://tapedeck//etc/passwd/../../../..',
    'app://tapedeck/C:/windows/win.ini',
    'app://tapedeck/index.html%00.png',
    'app://tapedeck/%',
    'app://tapedeck/.',
    'app://tapedeck/assets/..',
    'app://elsewhere/index.html',
    'app://tapedeck.evil/index.html',
    'app://tapedeck@evil/index.html',
    'https://tapedeck/index.html',
    'file:///etc/passwd',
    '',
  ])('%s names none', (address) => {
    expect(assetPath(ROOT, address)).toBeUndefined()
  })

  test('no spelling leads out of the folder', () => {
    const piece = fc.constantFrom(
      ...['..', '.', '', '/', '\\', '%2e', '%2E%2e', '%2f', '%5c', '%252e', 'a', 'etc', '~', '\0'],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('', '/'), (parts, glue) => {
        const file = assetPath(ROOT, `app://tapedeck/${parts.join(glue)}`)
        return file === undefined || file.startsWith(ROOT + sep)
      }),
      { numRuns: 5_000 },
    )
  })
})
