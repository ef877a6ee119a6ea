import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { readStory, scriptOf } from './story.ts'

const words = (text: string) => ({ 'zh-CN': text, en: text })
const story = (step: object) => ({
  key: 'probe',
  title: words('Probe'),
  intro: words('Probe'),
  steps: [{ title: words('Step'), method: 'POST', path: '/things', ...step }],
})

// Stands in for curl: prints what it is called with, a line each.
const play = (script: string, env: Readonly<Record<string, string>>) => {
  const told = script.replaceAll(/ \\\n {2}> answer-\d\.json/g, '')
  return spawnSync('bash', ['-c', `curl() { printf '%s\\n' "$@"; }\n${told}`], { encoding: 'utf8', env })
}

describe('a story', () => {
  it('gives curl its text as it stands, whatever signs of the shell are in it', () => {
    const goods = 'it\'s $HOME `id` $(id) \\ "x"'
    const script = scriptOf(readStory(story({ path: '/things/{{thing}}', body: { goods, of: '{{thing}}' } })), 'en', 0)
    const env = { ZONE: 'https://zone.example', KEY: 'tz_a', thing: '0199-a' }
    const { stdout, status } = play(script, env)

    expect(status).toBe(0)
    expect(stdout).toContain('\nhttps://zone.example/api/v1/things/0199-a\n')
    expect(JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1))).toEqual({ goods, of: '0199-a' })
  })

  it('calls nobody without address and key', () => {
    const { stdout, stderr, status } = play(scriptOf(readStory(story({})), 'en', 0), {
      TZ: 'Asia/Shanghai',
      KEY: 'tz_a',
    })

    expect(status).not.toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toContain('ZONE')
  })

  it.each([
    { title: words('Step\nid') },
    { path: '/things/$(id)' },
    { path: '/things/`id`' },
    { path: '/things";id;"' },
    { keep: { thing: "id' /etc/passwd #" } },
  ])('is refused where a script would not stay whole: %j', (step) => {
    expect(() => readStory(story(step))).toThrow()
  })
})
