/** Large enough to read a display, small enough for a poor network. */
const longestSide = 1600;

/**
 * A photo as it is sent: upright, at most 1600 pixels long, and without what the camera writes beside it, such as the place.
 *
 * @throws where the browser cannot read the picture
 */
export async function smallPhoto(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const part = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * part));
  canvas.height = Math.max(1, Math.round(picture.height * part));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (made) => (made ? resolve(made) : reject(new Error('The picture cannot be made smaller.'))),
      'image/jpeg',
      0.85,
    ),
  );
}
