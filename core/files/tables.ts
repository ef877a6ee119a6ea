import type { Instant } from '@tingzhou/db'

type FileTable = {
  zone_id: string
  id: string
  sha256: string
  size_bytes: number
  media_type: string
  name: string
  purpose: 'attachment' | 'evidence'
  width: number | null
  height: number | null
  thumbnail_sha256: string | null
  original_sha256: string | null
  original_size_bytes: number | null
  longitude: number | null
  latitude: number | null
  taken_at: Instant | null
  uploaded_by: string
  look: string | null
  uploaded_at: Instant
}
type FileLinkTable = {
  zone_id: string
  object_kind: string
  object_id: string
  file_id: string
  linked_by: string
  linked_at: Instant
}
declare module '@tingzhou/db' {
  interface Tables {
    file: FileTable
    file_link: FileLinkTable
  }
}
