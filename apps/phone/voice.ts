import { lang } from './i18n.ts'

/** Reads a text aloud; silent where the phone cannot. */
export function speak(text: string): void {
  if (!('speechSynthesis' in window)) return
  const words = new SpeechSynthesisUtterance(text)
  words.lang = lang()
  speechSynthesis.speak(words)
}

export const canSpeak = (): boolean => 'speechSynthesis' in window
