import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical.ts'
import { checkManifest, makeManifest, type PackedFile } from './manifest.ts'

const file = (name: string, text: string): PackedFile => ({ name, content: new TextEncoder().encode(text) })
const head = { application: 'app-1', mode: 'receive_and_forward', fromRegion: '652302', toRegion: '650100' } as const
const files = [file('plan.pdf', 'plan'), file('form.json', '{}')]
const packed = makeManifest(head, files)
if (!packed.ok) throw new Error('the files can be packed')
const manifest = packed.value

describe('makeManifest', () => {
  it('lists files by name with size and SHA-256', () => {
    expect(manifest.files).toEqual([
      // printf '{}' | sha256sum
      { name: 'form.json', bytes: 2, sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' },
      { name: 'plan.pdf', bytes: 4, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
  })

  it('does not depend on the order of packing', () => {
    expect(makeManifest(head, files.toReversed())).toEqual(packed)
  })

  it('refuses an empty package and a name given twice', () => {
    expect(makeManifest(head, [])).toEqual({ ok: false, error: { kind: 'no_files' } })
    expect(makeManifest(head, [file('a', '1'), file('a', '2')])).toEqual({
      ok: false,
      error: { kind: 'repeated_name', name: 'a' },
    })
  })
})

describe('checkManifest', () => {
  it('finds nothing in a whole package', () => {
    expect(checkManifest(manifest, files)).toEqual([])
  })

  it('names what is missing, unexpected or changed', () => {
    const problems = checkManifest(manifest, [file('form.json', '{ }'), file('extra', '')])

    expect(problems).toMatchObject([
      { kind: 'changed', name: 'form.json' },
      { kind: 'missing', name: 'plan.pdf' },
      { kind: 'unexpected', name: 'extra' },
    ])
  })

  it('notices a manifest that was rewritten', () => {
    const other = { ...manifest, toRegion: '650200' }

    expect(checkManifest(other, files)).toMatchObject([{ kind: 'manifest_changed', expected: manifest.sha256 }])
  })

  it('notices any byte that changed', () => {
    const contents = fc.uint8Array({ minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(contents, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, place, by) => {
        const made = makeManifest(head, [{ name: 'a', content }])
        const changed = Uint8Array.from(content)
        const at = place % content.length
        changed[at] = ((content[at] ?? 0) + by) % 256
        expect(made.ok && checkManifest(made.value, [{ name: 'a', content: changed }])).toMatchObject([
          { kind: 'changed' },
        ])
      }),
    )
  })
})

describe('canonicalJson', () => {
  it('is one text for one value', () => {
    expect(canonicalJson({ b: [1, { d: null, c: '证' }], a: true, e: undefined })).toBe(
      '{"a":true,"b":[1,{"c":"证","d":null}]}',
    )
  })

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
