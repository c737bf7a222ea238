import { expect, test } from 'vitest'
import { shellWords } from '../../../src/main/electron/words.ts'

test.each([
  [['vi-VN'], 'Tệp'],
  [['zh-CN'], '文件'],
  [['zh-Hans-SG'], '文件'],
  [['zh'], '文件'],
  [['zh-TW'], 'File'],
  [['zh-Hant-HK'], 'File'],
  [['de-DE', 'vi'], 'Tệp'],
  [['en-GB', 'vi'], 'File'],
  [['zh_CN'], '文件'],
  [['fr'], 'File'],
  [['vix'], 'File'],
  [[], 'File'],
])('a person who reads %j', (languages, file) => {
  expect(shellWords(languages).file).toBe(file)
})

test('no sentence is left in English by mistake', () => {
  const same = ['ok', 'chartNotice']
  const english = shellWords(['en'])
  for (const language of ['zh-CN', 'vi'])
    for (const [key, text] of Object.entries(shellWords([language]))) {
      const said = typeof text === 'function' ? text('X') : text
      const original = Reflect.get(english, key)
      expect(said.trim()).not.toBe('')
      if (!same.includes(key))
        expect(said, key).not.toBe(typeof original === 'function' ? original('X') : original)
    }
})
