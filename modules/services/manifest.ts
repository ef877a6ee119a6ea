import { err, ok, type Result } from '@tingzhou/kernel'
import { canonicalJson, sha256 } from './canonical.ts'

/** 全程网办, 异地代收代办, 多地联办. */
export const crossRegionModes = ['all_online', 'receive_and_forward', 'joint'] as const

export type PackedFile = { readonly name: string; readonly content: Uint8Array }
export type ManifestEntry = { readonly name: string; readonly bytes: number; readonly sha256: string }

/** What a receiving window sends to the deciding authority: every file by its hash, and the hash of the list. */
export type Manifest = {
  readonly application: string
  readonly mode: (typeof crossRegionModes)[number]
  readonly fromRegion: string
  readonly toRegion: string
  readonly files: readonly ManifestEntry[]
  readonly sha256: string
}

export type ManifestProblem =
  | { readonly kind: 'no_files' }
  | { readonly kind: 'repeated_name'; readonly name: string }
  | { readonly kind: 'missing'; readonly name: string }
  | { readonly kind: 'unexpected'; readonly name: string }
  | { readonly kind: 'changed'; readonly name: string; readonly expected: string; readonly actual: string }
  | { readonly kind: 'manifest_changed'; readonly expected: string; readonly actual: string }

/** Lists the files of a package by name, so that the order of packing says nothing. Source: casework.md §10, rule 7. O(bytes). */
export function makeManifest(
  head: Omit<Manifest, 'files' | 'sha256'>,
  files: readonly PackedFile[],
): Result<Manifest, ManifestProblem> {
  if (files.length === 0) return err({ kind: 'no_files' })
  const repeated = findRepeated(files)
  if (repeated !== null) return err({ kind: 'repeated_name', name: repeated })
  const entries = files.map(entryOf).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return ok({ ...head, files: entries, sha256: hashOf({ ...head, files: entries }) })
}

/** What differs between a manifest and the files that came with it; nothing when the package is whole. O(bytes). */
export function checkManifest(manifest: Manifest, files: readonly PackedFile[]): readonly ManifestProblem[] {
  const { sha256: expected, ...listed } = manifest
  const actual = hashOf(listed)
  const repeated = findRepeated(files)
  const came = new Map(files.map((file) => [file.name, entryOf(file)]))
  const named = new Set(manifest.files.map(({ name }) => name))
  return [
    ...(actual === expected ? [] : [{ kind: 'manifest_changed', expected, actual } as const]),
    ...(repeated === null ? [] : [{ kind: 'repeated_name', name: repeated } as const]),
    ...manifest.files.flatMap((entry): readonly ManifestProblem[] => {
      const { name } = entry
      const file = came.get(name)
      if (!file) return [{ kind: 'missing', name }]
      return file.sha256 === entry.sha256
        ? []
        : [{ kind: 'changed', name, expected: entry.sha256, actual: file.sha256 }]
    }),
    ...[...came.keys()].filter((name) => !named.has(name)).map((name) => ({ kind: 'unexpected', name }) as const),
  ]
}

const hashOf = (listed: Omit<Manifest, 'sha256'>): string => sha256(canonicalJson(listed))

const entryOf = ({ name, content }: PackedFile): ManifestEntry => ({
  name,
  bytes: content.length,
  sha256: sha256(content),
})

function findRepeated(files: readonly PackedFile[]): string | null {
  const names = files.map(({ name }) => name)
  return names.find((name, at) => names.indexOf(name) !== at) ?? null
}
