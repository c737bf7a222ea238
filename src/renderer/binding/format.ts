import { createFormat, type Format } from '../i18n/format.ts'
import type { Language } from '../state/preferences.ts'
import { usePreferences } from './desk.ts'

const formats = new Map<Language, Format>()

function formatOf(language: Language): Format {
  const known = formats.get(language) ?? createFormat(language)
  formats.set(language, known)
  return known
}

/** Numbers and times in the language of the screen. The same object as long as that stays. */
export const useFormat = (): Format => formatOf(usePreferences(({ language }) => language))
