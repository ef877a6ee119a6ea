const quality = 0.8

/**
 * A photo as it travels: a JPEG, upright; the original when the browser cannot read it.
 * @param longestPx  of its longer side
 */
export async function shrink(photo: Blob, longestPx = 1_600): Promise<Blob> {
  try {
    const picture = await createImageBitmap(photo, { imageOrientation: 'from-image' })
    const share = Math.min(1, longestPx / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * share)
    canvas.height = Math.round(picture.height * share)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    return small ?? photo
  } catch {
    return photo
  }
}
